import { InputError } from "@sigmax/core";

/** The sentence that some work is refused with. Fails when it is done, or fails for another reason. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("expected an InputError, got none");
}
