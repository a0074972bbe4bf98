/** All areas of the kernel, by the names that `--only` takes. */
import type { Area } from "../case.js";
import { auc } from "./auc.js";
import { bootstrap } from "./bootstrap.js";
import { elementary } from "./elementary.js";
import { lbfgs } from "./lbfgs.js";
import { pooledMiner } from "./pooledMiner.js";
import { series } from "./series.js";
import { stochastic } from "./stochastic.js";
import { tradeMix } from "./tradeMix.js";
import { tron } from "./tron.js";

export const AREAS: Readonly<Record<string, Area>> = {
  elementary,
  auc,
  lbfgs,
  tron,
  bootstrap,
  stochastic,
  pooledMiner,
  series,
  tradeMix,
};
