// HEED_AT=2026-12-31T23:59:00Z has the stand-in, its tests and their pages live at that moment
// instead of now; from there on time passes as ever. TZ has them live in a zone (Europe/Berlin).

/** Moves the clock of whoever runs it; pages run it before any script of theirs. */
export function shift_clock(by) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length > 0) super(...given);
      else super(Real.now() + by);
    }
    static now() {
      return Real.now() + by;
    }
  };
}

/** Noon of the day before, in UTC: a day that is over, so that nothing in it grows and enough has
 *  happened, however early it is. */
export const yesterday = () =>
  `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}T12:00:00Z`;

const asked = process.env.HEED_AT;
/** By how many milliseconds the clock is moved. */
export const kShift = asked ? Date.parse(asked) - Date.now() : 0;
if (Number.isNaN(kShift)) throw new Error(`HEED_AT=${asked}: write it as 2026-12-31T23:59:00Z`);
if (kShift !== 0) shift_clock(kShift);
