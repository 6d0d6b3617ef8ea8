"use strict"
// Loaded into npm while it unpacks: what npm asks of the file system is answered at once, as long as that answers fast.
//
// Node has a pool of threads make every call of fs, and takes the answers back in its loop. A package's file is opened,
// written and closed in 50 microseconds; handing that about costs more: npm woke threads 245,000 times for 12,239 files
// (strace -fc), and takes a fifth longer (benchmarks/RESULTS.md). Where opening takes long, as on a file system behind
// a network, or on ext4 soon after many files were removed, several threads are worth it, and Node's own functions stay.

const fs = require("node:fs")
const { performance } = require("node:perf_hooks")

const SLOW = 0.1 // milliseconds to open a file; a local disk takes 0.02
const WINDOW = 32 // openings that are looked at together; half of them slow is no accident of the scheduler
const PAUSE = 4000 // openings by Node's own way, before ours is tried again
const TURN = 64 // answers in a row, before signals and timers have their turn
const GIVES_BACK = new Set(["read", "write", "writev"]) // hand their buffer to the callback, too

let opened = 0
let slow = 0
let paused = 0
let answered = 0

function answer(done, ...values) {
  answered += 1
  if (answered % TURN === 0) setImmediate(done, ...values)
  else process.nextTick(done, ...values)
}

function watched(began) {
  opened += 1
  if (performance.now() - began > SLOW) slow += 1
  if (opened < WINDOW) return
  if (slow >= WINDOW / 2) paused = PAUSE
  opened = slow = 0
}

function atOnce(name) {
  const inThreads = fs[name]
  const here = fs[`${name}Sync`]

  function replacement(...args) {
    const done = args[args.length - 1]
    const isPlain = typeof done === "function" && (name !== "read" || ArrayBuffer.isView(args[1]))
    if (paused > 0 || !isPlain) {
      if (name === "open" && paused > 0) paused -= 1
      return inThreads.apply(fs, args)
    }
    args.pop()
    const began = name === "open" ? performance.now() : 0
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0 // half of these calls end with EEXIST or ENOENT, which npm expects
    let value
    try {
      value = here.apply(fs, args)
    } catch (error) {
      if (error.syscall === undefined) throw error // wrong arguments, which Node's own functions throw for
      answer(done, error)
      return undefined
    } finally {
      Error.stackTraceLimit = limit
      if (name === "open") watched(began)
    }
    if (GIVES_BACK.has(name)) answer(done, null, value, args[1])
    else if (value === undefined) answer(done, null)
    else answer(done, null, value)
    return undefined
  }

  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(inThreads))
}

for (const name of ["close", "lstat", "mkdir", "open", "read", "stat", "write", "writev"]) fs[name] = atOnce(name)
