/** Asynchronous work that must not overlap. */

/**
 * @returns a function that runs what it is given in the order of the calls, each work after the one before has ended;
 *   work that fails does not stop what comes after it
 */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
