// Costs of the rows: sample weights × multiplicities × class weights × a common factor.

import { Design } from "./design";
import { Member } from "./member";

/**
 * Sets a member's costs to scale · weight · multiplicity · class weight. `weights`: float64 per row as given, 0 for none;
 * `multiplicities`: i32 likewise. False when a label has no row left. Class weights, "balanced", are counted with the
 * weights (scikit-learn 1.7.2): (S₀ + S₁)/(2 S_c), S_c the sum over the rows of label c in their order.
 */
export function weigh(
  member: Member,
  design: Design,
  weights: usize,
  multiplicities: usize,
  scale: f64,
  balanced: bool,
): bool {
  const costs = member.costs;
  const half = design.blocks0 * design.block;
  const s0 = fill(design, costs, weights, multiplicities, 0, half);
  const s1 = fill(design, costs, weights, multiplicities, half, design.padded);
  const n0 = count(design, multiplicities, 0, half);
  const n1 = count(design, multiplicities, half, design.padded);
  if (n0 == 0 || n1 == 0) return false;
  const factor0 = scale * (balanced ? (s0 + s1) / (2 * s0) : 1);
  const factor1 = scale * (balanced ? (s0 + s1) / (2 * s1) : 1);
  const total0 = multiply(costs, factor0, half, design.block);
  const total1 = multiply(costs + ((<usize>half) << 3), factor1, design.padded - half, design.block);
  member.total = total0 + total1;
  member.smaller = min<i32>(n0, n1);
  member.rows = n0 + n1;
  member.settle(design);
  return true;
}

/** costs ← weight · multiplicity for padded rows from..to; their sum in row order. */
function fill(design: Design, costs: usize, weights: usize, multiplicities: usize, from: i32, to: i32): f64 {
  let sum: f64 = 0;
  for (let i = from; i < to; i++) {
    const row = load<i32>(design.source + ((<usize>i) << 2));
    let cost: f64 = 0;
    if (row >= 0) {
      cost = weights == 0 ? 1 : load<f64>(weights + ((<usize>row) << 3));
      if (multiplicities != 0) cost *= <f64>load<i32>(multiplicities + ((<usize>row) << 2));
    }
    store<f64>(costs + ((<usize>i) << 3), cost);
    sum += cost;
  }
  return sum;
}

/** Rows from..to, each as often as its multiplicity. */
function count(design: Design, multiplicities: usize, from: i32, to: i32): i32 {
  let rows = 0;
  for (let i = from; i < to; i++) {
    const row = load<i32>(design.source + ((<usize>i) << 2));
    if (row >= 0) rows += multiplicities == 0 ? 1 : load<i32>(multiplicities + ((<usize>row) << 2));
  }
  return rows;
}

/** costs ← costs · factor; the sum of the products, block by block. */
function multiply(costs: usize, factor: f64, rows: i32, block: i32): f64 {
  let total: f64 = 0;
  for (let b = 0; b < rows; b += block) {
    let sum: f64 = 0;
    for (let i = b; i < b + block; i++) {
      const cost = load<f64>(costs + ((<usize>i) << 3)) * factor;
      store<f64>(costs + ((<usize>i) << 3), cost);
      sum += cost;
    }
    total += sum;
  }
  return total;
}
