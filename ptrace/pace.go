package ptrace

import (
	"slices"
	"time"
)

// A way is how the tracer waits for the next report.
type way int

const (
	block  way = iota // sleep at once
	aside             // let others run first, look, then sleep
	beside            // be where the tracee is and give way to it; look once, then sleep
	spin              // look again and again for a while, then sleep
	ways
)

// Bounds of a trial. They count rounds: from one report to the next.
const (
	settling     = 8                // rounds that tell of the change of way, not of the way
	sampled      = 24               // rounds that tell what a way costs
	glanced      = 8                // rounds that suffice to see that it costs twice as much
	batch        = 64               // rounds of the chosen way that are looked at together
	longestRound = time.Millisecond // what lasts longer is the tracee's doing, or the machine's
	share        = 20               // a trial may take a 20th of the time,
	calmest      = 8 * share        // ever less of it if it only confirms what was known,
	soonest      = 2                // and more when the load has changed
	leastBan     = time.Second      // how long a way that failed is left alone at first,
	mostBan      = 64 * leastBan    // and in the end
)

// A pace chooses the way to wait by what each costs here and now. That differs
// tenfold between machines, and on one machine by what else runs on it: to wake
// another CPU may cost more than all the rest of a stop, or next to nothing.
//
// It tries all ways for some rounds each and takes the one with the shortest
// rounds. It tries again when the rounds have changed, and now and then anyway.
type pace struct {
	ways   []way // those that there are; of two that cost the same the first is taken
	way    way   // the one in use
	todo   []way // still to be tried after it; only in a trial
	trying bool

	costs    [ways]time.Duration // of a round, by the last trial
	rounds   []time.Duration     // of the way in use, since it is
	unsteady int                 // rounds to come that are not counted
	spent    time.Duration       // on the last trial
	since    time.Duration       // spent after it
	chosen   way                 // by the last trial
	patience int                 // how many times as long as a trial took none is made after it,
	alarm    int                 // and how many if the rounds have changed
	full     []way               // the ways that there will be again when a ban is over
	ban      time.Duration       // how long the last one was
	banned   time.Duration       // what is left of it
}

func newPace(among ...way) *pace {
	p := &pace{ways: among, way: ways, chosen: ways}
	p.try()
	return p
}

// try begins a trial: with the way in use, so that the others are compared with it,
// or with the last one, which costs little where others cost much.
func (p *pace) try() {
	p.trying, p.spent, p.since = true, 0, 0
	p.costs = [ways]time.Duration{}
	p.todo = slices.Clone(p.ways)
	slices.Reverse(p.todo)
	if i := slices.Index(p.todo, p.way); i > 0 {
		p.todo[0], p.todo[i] = p.todo[i], p.todo[0]
	}
	p.next()
}

// next goes on to the next way of the trial, or ends it.
func (p *pace) next() {
	if len(p.todo) == 0 {
		p.conclude()
		return
	}
	w := p.todo[0]
	p.todo = p.todo[1:]
	p.use(w)
}

// conclude takes the cheapest way. What a trial has confirmed is asked again later
// than what it has changed.
func (p *pace) conclude() {
	best := p.cheapest()
	if best == p.chosen {
		p.patience, p.alarm = min(2*p.patience, calmest), min(2*p.alarm, share)
	} else {
		p.patience, p.alarm = share, soonest
	}
	p.trying, p.chosen = false, best
	p.use(best)
}

func (p *pace) use(w way) {
	if w != p.way {
		p.unsteady = settling
	}
	p.way, p.rounds = w, p.rounds[:0]
}

// cheapest is the way with the shortest rounds of those that were tried; of two
// that are all but equal, the one that is named first.
func (p *pace) cheapest() way {
	best := p.ways[0]
	for _, w := range p.ways {
		if c := p.costs[w]; c > 0 && (p.costs[best] == 0 || c < p.costs[best]*19/20) {
			best = w
		}
	}
	return best
}

// took notes how long a round in the way in use was.
func (p *pace) took(d time.Duration) {
	if p.serve(d); p.banned == 0 && p.full != nil {
		p.among(p.full...)
		return
	}
	d = min(d, longestRound)
	if p.trying {
		p.spent += d
	} else {
		p.since += d
	}
	if p.unsteady > 0 {
		p.unsteady--
		return
	}
	p.rounds = append(p.rounds, d)
	if p.trying {
		p.judge()
	} else if len(p.rounds) == batch {
		p.review(lowMean(p.rounds))
		p.rounds = p.rounds[:0]
	}
}

// judge ends the trial of one way as soon as its cost is known.
func (p *pace) judge() {
	n := len(p.rounds)
	if n < glanced {
		return
	}
	cost := max(lowMean(p.rounds), 1)
	best := p.costs[p.cheapest()]
	if n < sampled && (best == 0 || cost < 2*best) {
		return
	}
	p.costs[p.way] = cost
	p.next()
}

// review begins a trial if it is time for one.
func (p *pace) review(cost time.Duration) {
	patience := p.patience
	if was := p.costs[p.way]; cost > was*3/2 || cost < was*2/3 {
		patience = p.alarm
	}
	if p.since >= time.Duration(patience)*p.spent {
		p.try()
	}
}

// among goes on with the ways that can be had now.
func (p *pace) among(list ...way) {
	p.ways, p.full = list, nil
	p.try()
}

// without goes on without a way that has failed. It may have been a moment's load: the
// way is tried again later, after twice as long each time.
func (p *pace) without(w way) {
	full := p.ways
	p.among(slices.DeleteFunc(slices.Clone(full), func(other way) bool { return other == w })...)
	p.ban = min(max(2*p.ban, leastBan), mostBan)
	p.full, p.banned = full, p.ban
}

// serve takes a round from a ban.
func (p *pace) serve(d time.Duration) { p.banned = max(p.banned-d, 0) }

// lowMean is the mean of all rounds but the longest quarter. It sorts them.
func lowMean(rounds []time.Duration) time.Duration {
	slices.Sort(rounds)
	low := rounds[:max(len(rounds)*3/4, 1)]
	var sum time.Duration
	for _, d := range low {
		sum += d
	}
	return sum / time.Duration(len(low))
}
