const retryMsFirst = 500;
const retryMsMax = 5_000;
/** After so many, it is looked whether the part is still there at all. */
const patientTries = 3;
const reloadedAt = 'stratus.reloadedAt';
/** Loading the page anew did not help: not again within this. */
const reloadAgainMs = 60_000;

/**
 * A part of the page, asked for until it comes: the control plane, which serves it, may just be starting. Where that
 * answers and has no such part, it has a newer page than this one, which is loaded then.
 */
export async function untilFetched<T>(fetchPart: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetchPart();
    } catch (error) {
      // A fault in the part itself is no matter of time.
      if (!(error instanceof TypeError)) throw error;
      if (tries >= patientTries && (await cloudAnswers())) loadAnew(error);
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryMsMax, retryMsFirst * 2 ** tries)));
    }
  }
}

async function cloudAnswers(): Promise<boolean> {
  return fetch('/v1/health').then(
    (answer) => answer.ok,
    () => false,
  );
}

function loadAnew(error: Error): void {
  if (Date.now() - Number(sessionStorage.getItem(reloadedAt) ?? 0) < reloadAgainMs) throw error;
  sessionStorage.setItem(reloadedAt, String(Date.now()));
  location.reload();
}
