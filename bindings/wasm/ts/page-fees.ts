/** The fees that a page shows. The engine is a file of its own, which the first schedule loads. */

import { Schedule } from "./fees.js";
import { loadFees } from "./load-checkout.js";

/** A table of fees: versioned data with a validity, whose first matching rule wins. */
export class FeeSchedule extends Schedule {
  /**
   * Loads a schedule from its JSON; it is not {@link verified}.
   *
   * @throws {@link Invalid}: `invalid_schedule`, with the path of the field at fault; `sdk_not_loaded` if the engine cannot be loaded.
   */
  static async fromJson(text: string): Promise<FeeSchedule> {
    await loadFees();
    return new FeeSchedule({ text });
  }

  /**
   * Loads the signed envelope around a schedule.
   *
   * @param text - the envelope as JSON.
   * @param publicKeys - the keys that are trusted for fee schedules, `whpk_…`.
   * @param lastAcceptedVersion - the version that was accepted last; an older one is refused.
   * @throws {@link VerificationError}: `envelope_signature_invalid`, `schedule_rollback`. {@link Invalid}: as {@link fromJson}.
   */
  static async fromEnvelope(text: string, publicKeys: readonly string[], lastAcceptedVersion?: string): Promise<FeeSchedule> {
    await loadFees();
    return new FeeSchedule({ text, publicKeys, lastAcceptedVersion });
  }
}
