/** Every task that a scorer may send to a worker; a worker finds them here by name. */
import type { Task } from "../kernel/executor.js";
import { holdOutTask, metaTask, replicateTask, rollingTask, walkForwardTask } from "./binary/tasks.js";
import { bootstrapTask, fitTask } from "./bootstrap.js";
import { surveyTask } from "./buckets/classifier.js";
import { activeMeansTask } from "./clusters/activity.js";
import { centredProductsTask } from "./clusters/correlatedCohorts.js";
import { closeRowsTask } from "./clusters/exactClones.js";
import { jointSumsTask } from "./clusters/jointCohorts.js";
import { staleTask } from "./fundingXsec.js";
import { sidesTask } from "./hitfirst.js";
import { minerTask, bootstrapTask as pooledBootstrapTask } from "./pooled/walk.js";
import { lossSurveyTask, poolWindowTask } from "./stackedBuckets/classifier.js";
import { stackWindowTask } from "./stackedBuckets/quantiles.js";
import { skillwTask } from "./tradeMix/skillw.js";
import { evidenceTask } from "./tradeMixV2.js";

// biome-ignore lint/suspicious/noExplicitAny: a list of tasks with unlike inputs; each scorer calls map with its own typed one
export const tasks: readonly Task<any, any>[] = [
  activeMeansTask,
  bootstrapTask,
  centredProductsTask,
  closeRowsTask,
  evidenceTask,
  fitTask,
  holdOutTask,
  jointSumsTask,
  lossSurveyTask,
  metaTask,
  minerTask,
  pooledBootstrapTask,
  poolWindowTask,
  replicateTask,
  rollingTask,
  sidesTask,
  skillwTask,
  stackWindowTask,
  staleTask,
  surveyTask,
  walkForwardTask,
];
