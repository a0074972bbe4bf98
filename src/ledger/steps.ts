/** Long work on one thread in short steps: a generator that pauses where other work may run in between. */

export type Steps<T> = Generator<void, T, void>;

/** Runs all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Milliseconds of work after which a turn is given to whatever waits. */
const TURN = 8;

/** Runs all steps, letting messages and timers in every few milliseconds. */
export async function finishInTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const began = performance.now();
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() - began < TURN);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
