package ptrace

import (
	"slices"
	"time"
)

// A waitMode is how the tracer waits for the next report.
type waitMode int

const (
	block  waitMode = iota // sleep at once
	yield                  // let other threads run (sched_yield(2)), poll, then sleep
	follow                 // be on the tracee's CPU with the lowest priority (see follower); poll once, then sleep
	spin                   // poll for a while, then sleep
	waitModes
)

// Bounds of a trial of the wait modes. A round is the time from one report to the next.
// Intervals are in multiples of the time that the last trial took.
const (
	warmupRounds = 8                // first rounds in another mode, which are not counted
	trialRounds  = 24               // rounds that show what a mode costs
	quickRounds  = 8                // rounds that suffice to see that it costs twice as much as another
	reviewRounds = 64               // rounds between two looks at the cost of the chosen mode
	maxRound     = time.Millisecond // longer rounds are due to the tracee or the load, not to the mode
	trialShare   = 20               // a trial may take a 20th of the time
	maxInterval  = 8 * trialShare   // if trials keep confirming the mode, they are made this seldom
	minInterval  = 2                // if the load has changed, the next trial may follow this soon
	minBan       = time.Second      // first ban of a mode that failed
	maxBan       = 64 * minBan      // longest ban
)

// A tuner chooses the wait mode by measuring what each mode costs. The cost differs tenfold
// between machines, and on one machine with the load: waking another CPU may cost more than
// all the rest of a stop, or next to nothing.
//
// It tries each mode for some rounds and takes the one with the shortest rounds. It tries
// again when the rounds have changed, and now and then anyway.
type tuner struct {
	modes   []waitMode // that may be used; of two that cost the same, the first is chosen
	mode    waitMode   // in use
	untried []waitMode // still to be tried; only in a trial
	trying  bool

	costs         [waitModes]time.Duration // of a round, by the last trial; 0: not tried
	rounds        []time.Duration          // in the mode in use
	warmup        int                      // rounds to come that are not counted
	trialTime     time.Duration            // on the last trial
	sinceTrial    time.Duration            // since the last trial
	chosen        waitMode                 // by the last trial
	interval      int                      // time to the next trial, in multiples of trialTime
	shortInterval int                      // the same if the rounds have changed
	unbanned      []waitMode               // the modes to return to when the ban is over; nil: there is no ban
	banLength     time.Duration            // length of the last ban
	banRemaining  time.Duration            // what is left of the ban
}

func newTuner(among ...waitMode) *tuner {
	t := &tuner{modes: among, mode: waitModes, chosen: waitModes}
	t.startTrial()
	return t
}

// startTrial begins a trial with the mode in use, so that the others are compared with it;
// or, if there is none yet, with the last mode, which costs little where the others cost
// much.
func (t *tuner) startTrial() {
	t.trying, t.trialTime, t.sinceTrial = true, 0, 0
	t.costs = [waitModes]time.Duration{}
	t.untried = slices.Clone(t.modes)
	slices.Reverse(t.untried)
	if i := slices.Index(t.untried, t.mode); i > 0 {
		t.untried[0], t.untried[i] = t.untried[i], t.untried[0]
	}
	t.nextMode()
}

// nextMode goes on to the next mode of the trial, or ends it.
func (t *tuner) nextMode() {
	if len(t.untried) == 0 {
		t.endTrial()
		return
	}
	w := t.untried[0]
	t.untried = t.untried[1:]
	t.setMode(w)
}

// endTrial takes the cheapest mode. If that is the one from before, the next trial comes
// later.
func (t *tuner) endTrial() {
	best := t.cheapest()
	if best == t.chosen {
		t.interval, t.shortInterval = min(2*t.interval, maxInterval), min(2*t.shortInterval, trialShare)
	} else {
		t.interval, t.shortInterval = trialShare, minInterval
	}
	t.trying, t.chosen = false, best
	t.setMode(best)
}

func (t *tuner) setMode(w waitMode) {
	if w != t.mode {
		t.warmup = warmupRounds
	}
	t.mode, t.rounds = w, t.rounds[:0]
}

// cheapest returns the tried mode with the shortest rounds. If two are nearly equal, it is
// the first in modes.
func (t *tuner) cheapest() waitMode {
	best := t.modes[0]
	for _, w := range t.modes {
		if c := t.costs[w]; c > 0 && (t.costs[best] == 0 || c < t.costs[best]*19/20) {
			best = w
		}
	}
	return best
}

// record notes how long a round in the mode in use took.
func (t *tuner) record(d time.Duration) {
	if t.serveBan(d); t.banRemaining == 0 && t.unbanned != nil {
		t.setModes(t.unbanned...)
		return
	}
	d = min(d, maxRound)
	if t.trying {
		t.trialTime += d
	} else {
		t.sinceTrial += d
	}
	if t.warmup > 0 {
		t.warmup--
		return
	}
	t.rounds = append(t.rounds, d)
	if t.trying {
		t.assess()
	} else if len(t.rounds) == reviewRounds {
		t.review(lowMean(t.rounds))
		t.rounds = t.rounds[:0]
	}
}

// assess ends the trial of one mode as soon as its cost is known.
func (t *tuner) assess() {
	n := len(t.rounds)
	if n < quickRounds {
		return
	}
	cost := max(lowMean(t.rounds), 1)
	best := t.costs[t.cheapest()]
	if n < trialRounds && (best == 0 || cost < 2*best) {
		return
	}
	t.costs[t.mode] = cost
	t.nextMode()
}

// review begins a trial if it is time for one.
func (t *tuner) review(cost time.Duration) {
	interval := t.interval
	if was := t.costs[t.mode]; cost > was*3/2 || cost < was*2/3 {
		interval = t.shortInterval
	}
	if t.sinceTrial >= time.Duration(interval)*t.trialTime {
		t.startTrial()
	}
}

// setModes begins a trial of these modes, the only ones that are available now.
func (t *tuner) setModes(list ...waitMode) {
	t.modes, t.unbanned = list, nil
	t.startTrial()
}

// ban excludes a mode that has failed, unless it is the only one. A moment's load may have been
// the reason, so it is tried again later; each ban is twice as long as the one before.
func (t *tuner) ban(w waitMode) {
	if len(t.modes) < 2 {
		return
	}
	full := t.modes
	t.setModes(slices.DeleteFunc(slices.Clone(full), func(other waitMode) bool { return other == w })...)
	t.banLength = min(max(2*t.banLength, minBan), maxBan)
	t.unbanned, t.banRemaining = full, t.banLength
}

// serveBan counts a round towards the ban.
func (t *tuner) serveBan(d time.Duration) { t.banRemaining = max(t.banRemaining-d, 0) }

// lowMean returns the mean of the rounds without the longest quarter. It sorts them.
func lowMean(rounds []time.Duration) time.Duration {
	slices.Sort(rounds)
	low := rounds[:max(len(rounds)*3/4, 1)]
	var sum time.Duration
	for _, d := range low {
		sum += d
	}
	return sum / time.Duration(len(low))
}
