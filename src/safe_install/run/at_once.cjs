"use strict"
// Loaded into npm while it unpacks: what npm asks of the file system is answered at once, as long as that answers fast.
//
// Node has a pool of threads make every call of fs, and takes the answers back in its loop. A package's file is opened,
// written and closed in 50 microseconds; handing that about costs more: npm woke threads 245,000 times for 12,239 files
// (strace -fc), and takes a fifth longer (benchmarks/RESULTS.md). Where that takes long, as on a file system behind
// a network, on ext4 soon after many files were removed, or where writing must wait for the disk, several threads are
// worth it, and Node does as it always does.

const fs = require("node:fs")
const { performance } = require("node:perf_hooks")

const WATCHED = new Set(["open", "write"])
const SLOW = 0.1 // milliseconds for one of these; a local disk takes 0.02
const WINDOW = 64 // of these that are looked at together; a quarter of them slow is no accident of the scheduler
const PAUSE = 8000 // of these that Node makes in its own way, before ours is tried again
const TURN = 64 // answers in a row, before signals and timers have their turn
const GIVES_BACK = new Set(["read", "write", "writev"]) // hand their buffer to the callback, too

let made = 0
let slow = 0
let paused = 0
let answered = 0

function answer(done, ...values) {
  answered += 1
  if (answered % TURN === 0) setImmediate(done, ...values)
  else process.nextTick(done, ...values)
}

function watched(began) {
  made += 1
  if (performance.now() - began > SLOW) slow += 1
  if (made < WINDOW) return
  if (slow >= WINDOW / 4) paused = PAUSE
  made = slow = 0
}

function atOnce(name) {
  const inThreads = fs[name]
  const here = fs[`${name}Sync`]
  const isWatched = WATCHED.has(name)

  function replacement(...args) {
    const done = args[args.length - 1]
    const isPlain = typeof done === "function" && (name !== "read" || ArrayBuffer.isView(args[1]))
    if (paused > 0 || !isPlain) {
      if (isWatched && paused > 0) paused -= 1
      return inThreads.apply(fs, args)
    }
    args.pop()
    const began = isWatched ? performance.now() : 0
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
      if (isWatched) watched(began)
    }
    if (GIVES_BACK.has(name)) answer(done, null, value, args[1])
    else if (value === undefined) answer(done, null)
    else answer(done, null, value)
    return undefined
  }

  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(inThreads))
}

for (const name of ["close", "lstat", "mkdir", "open", "read", "stat", "write", "writev"]) fs[name] = atOnce(name)
