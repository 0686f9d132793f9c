// signals: statistics that domains share, each small enough to be checked by hand.
//
// In:  numbers, a level, where it is needed a Random. Out: a figure with its interval, or a verdict
//      with how probable it were if nothing had happened.
// Knows: base. What the numbers mean (a load, a waiting time, a share of bad reviews) it never
//      hears.
//
// Nothing here assumes a bell curve: production times have long tails, and one bad day must not
// decide. All of it rests on ranks, orders and counts. What it does assume, each header says; the
// false alarms that follow when the assumption fails are the caller's to measure.
//
//   quantile.h      a quantile with the interval that it lies in; how probable a count is
//   trend.h         a slope (Theil–Sen) and whether there is one (Mann–Kendall)
//   change_point.h  the place where a series changed its level (Pettitt, by permutation)
//   dice.h          many small random numbers from one draw
//   budget.h        how many false alarms are allowed, spread over all that is tested
#pragma once

#include "signals/budget.h"
#include "signals/change_point.h"
#include "signals/dice.h"
#include "signals/quantile.h"
#include "signals/trend.h"
