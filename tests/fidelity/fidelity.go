// SPDX-License-Identifier: GPL-3.0-or-later

// fidelity.go - carries out an allocation script in the real Go runtime.
//
// Role:       the judge's side of the fidelity test; fidelity.c is the other.
//
//	The language of the scripts is described in README.md.
//
// Invariants: between two orders nothing but the orders allocates: no fmt, no
//
//	closures, output into a static buffer, objects held by static
//	arrays, the stack grown beforehand, the collector warm.
//
// Locks:      none; one goroutine, GOMAXPROCS=1 from the environment.
// Units:      bytes; addresses relative to the last fill.
// Source:     public API of Go 1.19 only.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
	"unsafe"
)

const (
	maxObjects = 8 << 20
	maxOutput  = 64 << 20
	page       = 8192
	chunk      = 4 << 20
	maxTries   = 1 << 20
	mspanBytes = 144 // sizeof(mspan), as MSpanInuse counts it
)

var (
	objects  [maxObjects]unsafe.Pointer // what the script drops by number
	nobjects int
	kept     [maxObjects]unsafe.Pointer // what stays for good
	nkept    int

	out  [maxOutput]byte
	nout int

	script []byte
	at     int

	frontier uintptr // all pages below are in use

	// the run of addresses being put together
	runStart, runDelta, runLast uintptr
	runCount                    int

	base, now runtime.MemStats
)

func fail(what string) {
	os.Stderr.WriteString("allotrope: fidelity.go: " + what + "\n")
	os.Exit(1)
}

func put(s string) {
	nout += copy(out[nout:], s)
}

func putNumber(n uint64, radix uint64) {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = "0123456789abcdef"[n%radix]
		n /= radix
		if n == 0 {
			break
		}
	}
	nout += copy(out[nout:], digits[i:])
}

func putSigned(n int64) {
	if n < 0 {
		put("-")
		n = -n
	}
	putNumber(uint64(n), 10)
}

func putSignedHex(n uintptr) {
	if int64(n) < 0 {
		put("-")
		n = -n
	}
	putNumber(uint64(n), 16)
}

// Objects at equal distances are one line: first address, distance, count.
func endRun() {
	if runCount == 0 {
		return
	}
	if nout > maxOutput-256 {
		fail("too much output")
	}
	put("at ")
	putSignedHex(runStart - frontier)
	if runCount > 1 {
		put(" step ")
		putSignedHex(runDelta)
		put(" count ")
		putNumber(uint64(runCount), 10)
	}
	put("\n")
	runCount = 0
}

func record(p unsafe.Pointer) {
	a := uintptr(p)
	objects[nobjects] = p
	nobjects++
	switch {
	case runCount == 1:
		runDelta = a - runLast
		runCount = 2
	case runCount > 1 && a-runLast == runDelta:
		runCount++
	default:
		endRun()
		runStart = a
		runCount = 1
	}
	runLast = a
}

func keep(p unsafe.Pointer) {
	kept[nkept] = p
	nkept++
}

func alloc(size int, pointers bool) unsafe.Pointer {
	if pointers {
		if size%8 != 0 {
			fail("an object with pointers has a multiple of 8 bytes")
		}
		b := make([]*byte, size/8)
		return *(*unsafe.Pointer)(unsafe.Pointer(&b))
	}
	b := make([]byte, size)
	return *(*unsafe.Pointer)(unsafe.Pointer(&b))
}

func word() string {
	for at < len(script) && (script[at] == ' ' || script[at] == '\n') {
		at++
	}
	from := at
	for at < len(script) && script[at] != ' ' && script[at] != '\n' {
		at++
	}
	b := script[from:at]
	return *(*string)(unsafe.Pointer(&b))
}

func number() int {
	n := 0
	w := word()
	if len(w) == 0 {
		fail("a number is missing")
	}
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			fail("not a number: " + w)
		}
		n = n*10 + int(w[i]-'0')
	}
	return n
}

func kind() bool {
	switch w := word(); w {
	case "scan":
		return true
	case "noscan":
		return false
	default:
		fail("neither scan nor noscan: " + w)
	}
	return false
}

// Pages one by one, until all below a multiple of 4 MiB are in use.
func fill() {
	for i := 0; i < maxTries; i++ {
		p := alloc(page, false)
		keep(p)
		if (uintptr(p)+page)%chunk == 0 {
			frontier = uintptr(p) + page
			return
		}
	}
	fail("fill: the end of a chunk was never handed out")
}

// Until an object lies beyond the last fill: then its span is a new one.
func drain(size int, pointers bool) {
	for i := 0; i < maxTries; i++ {
		p := alloc(size, pointers)
		if uintptr(p) >= frontier {
			record(p)
			return
		}
		keep(p)
	}
	fail("drain: no new span")
}

// Until descriptors of spans are fetched anew.
func phase() {
	runtime.ReadMemStats(&base)
	for i := 0; i < maxTries; i++ {
		keep(alloc(page, false))
		runtime.ReadMemStats(&now)
		if now.MSpanInuse != base.MSpanInuse {
			return
		}
	}
	fail("phase: the number of descriptors never changes")
}

func collect() {
	runtime.GC()
	// The collector's own buffers go back in the background.
	for i := 0; i < 20; i++ {
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
}

func difference(name string, b, a uint64) {
	put(" ")
	put(name)
	put(" ")
	putSigned(int64(a - b))
}

func stat(name string) {
	runtime.ReadMemStats(&now)
	put("stat")
	switch name {
	case "alloc":
		difference("HeapAlloc", base.HeapAlloc, now.HeapAlloc)
	case "inuse":
		difference("HeapInuse", base.HeapInuse, now.HeapInuse)
	case "sys":
		difference("HeapSys", base.HeapSys, now.HeapSys)
	case "released":
		difference("HeapReleased", base.HeapReleased, now.HeapReleased)
	case "mallocs":
		difference("Mallocs", base.Mallocs, now.Mallocs)
	case "objects":
		difference("HeapObjects", base.HeapObjects, now.HeapObjects)
	case "mspan":
		difference("mspans", base.MSpanInuse/mspanBytes,
			now.MSpanInuse/mspanBytes)
	default:
		fail("no such statistic: " + name)
	}
	put("\n")
}

// Bytes that one object takes, by the runtime's own account.
func sizes(low, high, step int, pointers bool) {
	first, last, bytes := 0, 0, uint64(0)
	runtime.ReadMemStats(&base)
	for size := low; size <= high+step; size += step {
		taken := ^uint64(0)
		if size <= high {
			keep(alloc(size, pointers))
			runtime.ReadMemStats(&now)
			taken = now.HeapAlloc - base.HeapAlloc
			base = now
		}
		if size > low && taken != bytes {
			put("sizes ")
			putNumber(uint64(first), 10)
			put(" to ")
			putNumber(uint64(last), 10)
			put(" take ")
			putNumber(bytes, 10)
			put("\n")
			first = size
		}
		if size == low {
			first = size
		}
		last, bytes = size, taken
	}
}

func order(verb string) {
	if verb != "a" {
		endRun()
	}
	switch verb {
	case "section":
		put("section ")
		put(word())
		put("\n")
	case "fill":
		fill()
	case "drain":
		size := number()
		drain(size, kind())
	case "a":
		size := number()
		pointers := kind()
		for n := number(); n > 0; n-- {
			record(alloc(size, pointers))
		}
	case "hold":
		size := number()
		pointers := kind()
		for n := number(); n > 0; n-- {
			objects[nobjects] = alloc(size, pointers)
			nobjects++
		}
	case "keep":
		size := number()
		pointers := kind()
		for n := number(); n > 0; n-- {
			keep(alloc(size, pointers))
		}
	case "drop":
		first, step, n := number(), number(), number()
		for ; n > 0; n-- {
			objects[first] = nil
			first += step
		}
	case "gc":
		collect()
	case "phase":
		phase()
	case "mark":
		runtime.ReadMemStats(&base)
	case "stat":
		stat(word())
	case "sizes":
		low, high, step := number(), number(), number()
		sizes(low, high, step, kind())
	default:
		fail("no such order: " + verb)
	}
}

//go:noinline
func growStack(n int) int {
	var room [4096]byte
	room[n%4096] = byte(n)
	if n == 0 {
		return int(room[0])
	}
	return growStack(n-1) + int(room[n/2])
}

func main() {
	if len(os.Args) != 2 {
		fail("usage: fidelity SCRIPT")
	}
	if runtime.GOMAXPROCS(0) != 1 {
		fail("set GOMAXPROCS=1")
	}
	var err error
	if script, err = os.ReadFile(os.Args[1]); err != nil {
		fail(err.Error())
	}
	debug.SetGCPercent(-1)
	growStack(64)
	for i := 0; i < 3; i++ {
		collect()
	}
	for {
		verb := word()
		if verb == "" {
			break
		}
		order(verb)
	}
	endRun()
	for done := 0; done < nout; {
		n, err := syscall.Write(1, out[done:nout])
		if err != nil {
			fail(err.Error())
		}
		done += n
	}
}
