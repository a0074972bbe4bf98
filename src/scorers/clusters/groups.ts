/** Groups of hotkeys that count as one (51-clusters §4). */
import { compareCodePoints } from "../../ledger/hotkeys.js";

/** Connected components of at least two members, by their smallest position, members ascending. `links` are pairs of positions. */
export function connectedGroups(count: number, links: Iterable<readonly [number, number]>): number[][] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  for (const [i, j] of links) {
    const [a, b] = [root(i), root(j)];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) groups.set(root(i), [...(groups.get(root(i)) ?? []), i]);
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Member → the smallest hotkey of its group by code point, itself included. */
export function representatives(groups: readonly (readonly string[])[]): Map<string, string> {
  const of = new Map<string, string>();
  for (const group of groups) {
    if (group.length < 2) continue;
    const [smallest] = [...group].sort(compareCodePoints);
    for (const member of group) of.set(member, smallest);
  }
  return of;
}

/** Shares moved to the representatives, in ascending order of the hotkeys that held them. */
export function collapseShares(
  shares: ReadonlyMap<string, number>,
  representativeOf: ReadonlyMap<string, string>,
): Map<string, number> {
  if (shares.size === 0 || representativeOf.size === 0) return new Map(shares);
  const collapsed = new Map<string, number>();
  for (const hotkey of [...shares.keys()].sort(compareCodePoints)) {
    const representative = representativeOf.get(hotkey) ?? hotkey;
    collapsed.set(representative, (collapsed.get(representative) ?? 0) + (shares.get(hotkey) as number));
  }
  return collapsed;
}

/**
 * Each group's shares spread evenly over its members, also over those without one; a group of total 0 vanishes. Groups come first,
 * by representative and member ascending, then the other hotkeys in their order.
 */
export function equalizeShares(
  shares: ReadonlyMap<string, number>,
  representativeOf: ReadonlyMap<string, string>,
): Map<string, number> {
  if (shares.size === 0 || representativeOf.size === 0) return new Map(shares);
  const groups = new Map<string, Set<string>>();
  for (const [member, representative] of representativeOf) {
    const group = groups.get(representative) ?? new Set([representative]);
    groups.set(representative, group.add(member));
  }
  const equal = new Map<string, number>();
  const grouped = new Set<string>();
  for (const representative of [...groups.keys()].sort(compareCodePoints)) {
    const members = [...(groups.get(representative) as Set<string>)].sort(compareCodePoints);
    const total = members.reduce((sum, member) => sum + (shares.get(member) ?? 0), 0);
    for (const member of members) {
      grouped.add(member);
      if (total > 0) equal.set(member, total / members.length);
    }
  }
  for (const [hotkey, share] of shares) if (!grouped.has(hotkey)) equal.set(hotkey, share);
  return equal;
}
