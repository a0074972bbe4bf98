// IEEE binary16 to wider formats, exactly, for finite codes.

const REBIAS: f32 = 5.192296858534828e33; // 2^112: moves the exponent bias from 15 to 127, subnormals included

export class Half {
  @inline
  static toFloat32(code: u32): f32 {
    const magnitude = reinterpret<f32>((code & 0x7fff) << 13) * REBIAS;
    return reinterpret<f32>(reinterpret<u32>(magnitude) | ((code & 0x8000) << 16));
  }

  @inline
  static toFloat64(code: u32): f64 {
    return <f64>Half.toFloat32(code);
  }
}
