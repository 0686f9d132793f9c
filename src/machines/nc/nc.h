// machines/nc: programs of numerical controls, understood (docs/NC.md).
//
// In:  the text of a program, as a shop has it; what is known of the machine beside it; how long
// its
//      cycles took. Out: tokens to show it by, steps that the control would do, a time with its
//      interval, notes with line numbers, a machine's constants.
// Knows: base alone. Pure: no file, no clock, no silo, no threads; a text is never changed.
//
//   tokens(text, dialect)                     what a page highlights; every byte is in one token
//   interpret(text, settings, take)           the steps, one after the other, and notes
//   read(text, settings)                      the same, kept
//   estimate(text, settings, constants)       how long, with an interval, by tool, section and line
//   Digester(constants).take(step)            a program of any length as fit() wants it
//   fit(measured, prior(dialect))             a machine's constants from its own cycles
//
// What cannot be computed is told in a note and counted, and never guessed in silence.
#pragma once

#include "machines/nc/dialect.h"
#include "machines/nc/digest.h"
#include "machines/nc/estimate.h"
#include "machines/nc/fit.h"
#include "machines/nc/interpret.h"
#include "machines/nc/machine_words.h"
#include "machines/nc/step.h"
#include "machines/nc/token.h"
