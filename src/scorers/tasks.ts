/** Every task that a scorer may send to a worker; a worker finds them here by name. */
import type { Task } from "../kernel/executor.js";
import { holdOutTask, metaTask, walkForwardTask } from "./binaryTasks.js";
import { bootstrapTask, fitTask } from "./bootstrap.js";
import { surveyTask } from "./buckets/classifier.js";
import { activeMeansTask, jointSumsTask } from "./clusters/jointCohorts.js";
import { staleTask } from "./fundingXsec.js";
import { sidesTask } from "./hitfirst.js";
import { minerTask, bootstrapTask as pooledBootstrapTask, validationTask } from "./pooled/walk.js";
import { skillwTask } from "./tradeMix/skillw.js";
import { evidenceTask } from "./tradeMixV2.js";

// biome-ignore lint/suspicious/noExplicitAny: a list of tasks with unlike inputs; each scorer calls map with its own typed one
export const tasks: readonly Task<any, any>[] = [
  activeMeansTask,
  bootstrapTask,
  evidenceTask,
  fitTask,
  holdOutTask,
  jointSumsTask,
  metaTask,
  minerTask,
  pooledBootstrapTask,
  sidesTask,
  skillwTask,
  staleTask,
  surveyTask,
  validationTask,
  walkForwardTask,
];
