// SPDX-License-Identifier: GPL-3.0-or-later

// cost.go - nanoseconds an allocation in the real Go runtime.
//
// Role:       the judge's side of alloc-cost.sh; cost.c is the other.
// Invariants: no object is dropped, no collection runs; each page of an object
//
//	is written to once.
//
// Locks:      none; one goroutine.
// Units:      bytes, nanoseconds.
// Source:     public API only.
package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"time"
	"unsafe"
)

const osPage = 4096

var kept [1024]unsafe.Pointer

func touch(p unsafe.Pointer, size uintptr) {
	for at := uintptr(0); at < size; at += osPage {
		*(*byte)(unsafe.Add(p, at)) = 1
	}
}

func noscan(size, count int) {
	for i := 0; i < count; i++ {
		b := make([]byte, size)
		p := unsafe.Pointer(&b[0])
		touch(p, uintptr(size))
		kept[i%len(kept)] = p
	}
}

func scan(words, count int) {
	for i := 0; i < count; i++ {
		b := make([]*byte, words)
		p := unsafe.Pointer(&b[0])
		touch(p, uintptr(words)*8)
		kept[i%len(kept)] = p
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n <= 0 {
		println("allotrope: cost.go: not a number:", s)
		os.Exit(2)
	}
	return n
}

func main() {
	if len(os.Args) != 4 {
		println("usage: cost SIZE scan|noscan COUNT")
		os.Exit(2)
	}
	debug.SetGCPercent(-1)
	size, count := number(os.Args[1]), number(os.Args[3])
	start := time.Now()
	if os.Args[2] == "scan" {
		scan(size/8, count)
	} else {
		noscan(size, count)
	}
	ns := float64(time.Since(start).Nanoseconds()) / float64(count)
	os.Stdout.WriteString(strconv.FormatFloat(ns, 'f', 3, 64) + "\n")
}
