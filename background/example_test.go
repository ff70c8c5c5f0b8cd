package background_test

import (
	"fmt"
	"time"

	"plait/background"
)

// ExampleDo interrupts work that is slow. Do returns at once, and the next work begins when
// the slow one has ended.
func ExampleDo() {
	w := background.New()
	answer := make(chan int)
	slow := func() int { return <-answer }
	time.AfterFunc(time.Millisecond, w.Interrupt)
	fmt.Println(background.Do(w, slow))
	w.Reset()
	answer <- 1
	fmt.Println(background.Do(w, func() int { return 2 }))
	// Output:
	// 0 false
	// 2 true
}
