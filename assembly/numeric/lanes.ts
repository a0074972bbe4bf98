// Constants for two-lane loops, from memory. V8 rebuilds an immediate vector at every use (three instructions through a
// general register), also in a loop; a load that duplicates eight bytes is one.

export class Lanes {
  /** Both lanes: entry `index` of a table made by memory.data. */
  @inline
  static of(table: usize, index: i32): v128 {
    return v128.load64_splat(table + ((<usize>index) << 3));
  }
}
