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
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
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

const (
	rusageThread  = 1
	threadCPUTime = 3
)

// Of the thread, in the system too: page faults are part of the price.
func cpuNs() int64 {
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime,
		uintptr(unsafe.Pointer(&t)), 0)
	return t.Nano()
}

func faults() int64 {
	var u syscall.Rusage
	syscall.Getrusage(rusageThread, &u)
	return u.Minflt
}

func each(n int64, count, digits int) string {
	return strconv.FormatFloat(float64(n)/float64(count), 'f', digits, 64)
}

func main() {
	if len(os.Args) != 4 {
		println("usage: cost SIZE scan|noscan COUNT")
		os.Exit(2)
	}
	debug.SetGCPercent(-1)
	runtime.LockOSThread()
	size, count := number(os.Args[1]), number(os.Args[3])
	nfaults := faults()
	start, cpu := time.Now(), cpuNs()
	if os.Args[2] == "scan" {
		scan(size/8, count)
	} else {
		noscan(size, count)
	}
	cpu = cpuNs() - cpu
	wall := time.Since(start).Nanoseconds()
	nfaults = faults() - nfaults
	os.Stdout.WriteString(each(cpu, count, 3) + " " + each(wall, count, 3) +
		" " + each(nfaults, count, 6) + "\n")
}
