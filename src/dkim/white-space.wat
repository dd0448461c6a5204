;; Reduces white space for the relaxed body canonicalization (RFC 6376 §3.4.4), 64 octets at a time.
;; `white-space.ts` says the same in TypeScript; a test holds the two to the same octets.
;;
;; A wrong guess of the processor at a branch costs as much as 64 octets do. White space that goes comes without any
;; pattern: so there is no branch for whether a block has some.
(module
  (memory (export "memory") 1)

  ;; The octets begin at 128 and end before `end`, the last of them being no white space. The result begins at 0; returns its
  ;; end. Writing stays 128 octets behind reading, because each block is written whole before it is known what of it goes.
  (func (export "reduce") (param $end i32) (result i32)
    (local $from i32) (local $to i32) (local $until i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $tabs v128) (local $spaces v128)
    (local $mask i64) (local $carry i64) (local $behind i32) (local $next i32)
    (local.set $tabs (i8x16.splat (i32.const 9)))
    (local.set $spaces (i8x16.splat (i32.const 32)))
    (local.set $from (i32.const 128))
    ;; The last block goes beyond the end: no white space is there.
    (v128.store (local.get $end) (v128.const i64x2 0 0))
    (v128.store offset=16 (local.get $end) (v128.const i64x2 0 0))
    (v128.store offset=32 (local.get $end) (v128.const i64x2 0 0))
    (v128.store offset=48 (local.get $end) (v128.const i64x2 0 0))
    (block $done
      (loop $main
        ;; Blocks without any white space, as base64 is.
        (block $whiteSpace
          (loop $blocks
            (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
            (v128.store (local.get $to) (local.tee $a (v128.load (local.get $from))))
            (v128.store offset=16 (local.get $to) (local.tee $b (v128.load offset=16 (local.get $from))))
            (v128.store offset=32 (local.get $to) (local.tee $c (v128.load offset=32 (local.get $from))))
            (v128.store offset=48 (local.get $to) (local.tee $d (v128.load offset=48 (local.get $from))))
            (br_if $whiteSpace
              (v128.any_true
                (v128.or
                  (v128.or
                    (v128.or (i8x16.eq (local.get $a) (local.get $tabs)) (i8x16.eq (local.get $a) (local.get $spaces)))
                    (v128.or (i8x16.eq (local.get $b) (local.get $tabs)) (i8x16.eq (local.get $b) (local.get $spaces))))
                  (v128.or
                    (v128.or (i8x16.eq (local.get $c) (local.get $tabs)) (i8x16.eq (local.get $c) (local.get $spaces)))
                    (v128.or (i8x16.eq (local.get $d) (local.get $tabs)) (i8x16.eq (local.get $d) (local.get $spaces)))))))
            (local.set $from (i32.add (local.get $from) (i32.const 64)))
            (local.set $to (i32.add (local.get $to) (i32.const 64)))
            (br $blocks)))
        ;; Where some is, more follows: this many octets are then looked at closely.
        (local.set $until (i32.add (local.get $from) (i32.const 1024)))
        (if (i32.gt_u (local.get $until) (local.get $end)) (then (local.set $until (local.get $end))))
        (loop $blocks
          (v128.store (local.get $to) (local.tee $a (v128.load (local.get $from))))
          (v128.store offset=16 (local.get $to) (local.tee $b (v128.load offset=16 (local.get $from))))
          (v128.store offset=32 (local.get $to) (local.tee $c (v128.load offset=32 (local.get $from))))
          (v128.store offset=48 (local.get $to) (local.tee $d (v128.load offset=48 (local.get $from))))
          ;; A bit for each octet that may go: TAB, and SP before SP, TAB, CR or another control
          (local.set $a
            (v128.or
              (i8x16.eq (local.get $a) (local.get $tabs))
              (v128.and
                (i8x16.eq (local.get $a) (local.get $spaces))
                (i8x16.le_u (v128.load offset=1 (local.get $from)) (local.get $spaces)))))
          (local.set $b
            (v128.or
              (i8x16.eq (local.get $b) (local.get $tabs))
              (v128.and
                (i8x16.eq (local.get $b) (local.get $spaces))
                (i8x16.le_u (v128.load offset=17 (local.get $from)) (local.get $spaces)))))
          (local.set $c
            (v128.or
              (i8x16.eq (local.get $c) (local.get $tabs))
              (v128.and
                (i8x16.eq (local.get $c) (local.get $spaces))
                (i8x16.le_u (v128.load offset=33 (local.get $from)) (local.get $spaces)))))
          (local.set $d
            (v128.or
              (i8x16.eq (local.get $d) (local.get $tabs))
              (v128.and
                (i8x16.eq (local.get $d) (local.get $spaces))
                (i8x16.le_u (v128.load offset=49 (local.get $from)) (local.get $spaces)))))
          (local.set $mask
            (i64.or
              (i64.extend_i32_u
                (i32.or (i8x16.bitmask (local.get $a)) (i32.shl (i8x16.bitmask (local.get $b)) (i32.const 16))))
              (i64.shl
                (i64.extend_i32_u
                  (i32.or (i8x16.bitmask (local.get $c)) (i32.shl (i8x16.bitmask (local.get $d)) (i32.const 16))))
                (i64.const 32))))
          ;; Run by run, which is once for most blocks, also for those without a run: what is behind it moves up.
          (loop $runs
            ;; The run's bits go, and the one behind them comes.
            (local.set $carry
              (i64.add (local.get $mask) (i64.and (local.get $mask) (i64.sub (i64.const 0) (local.get $mask)))))
            (local.set $to (i32.add (local.get $to) (i32.wrap_i64 (i64.ctz (local.get $mask)))))
            (local.set $behind (i32.add (local.get $from) (i32.wrap_i64 (i64.ctz (local.get $carry)))))
            (local.set $next (i32.load16_u (local.get $behind)))
            ;; Its last octet becomes SP, unless the line ends behind it or more white space follows.
            (i32.store8 (local.get $to) (i32.const 32))
            (local.set $to
              (i32.add
                (local.get $to)
                (i32.eqz
                  (i32.or
                    (i32.or (i64.eqz (local.get $mask)) (i32.eq (local.get $next) (i32.const 0x0a0d)))
                    (i32.or
                      (i32.eq (i32.and (local.get $next) (i32.const 0xff)) (i32.const 32))
                      (i32.eq (i32.and (local.get $next) (i32.const 0xff)) (i32.const 9)))))))
            (v128.store (local.get $to) (v128.load (local.get $behind)))
            (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $behind)))
            (v128.store offset=32 (local.get $to) (v128.load offset=32 (local.get $behind)))
            (v128.store offset=48 (local.get $to) (v128.load offset=48 (local.get $behind)))
            ;; Back to where the block would have begun, had the run not been there.
            (local.set $to (i32.sub (local.get $to) (i32.wrap_i64 (i64.ctz (local.get $carry)))))
            (local.set $mask (i64.and (local.get $mask) (local.get $carry)))
            (br_if $runs (i64.ne (local.get $mask) (i64.const 0))))
          (local.set $from (i32.add (local.get $from) (i32.const 64)))
          (local.set $to (i32.add (local.get $to) (i32.const 64)))
          (br_if $blocks (i32.lt_u (local.get $from) (local.get $until))))
        (br $main)))
    ;; without what is behind the end
    (i32.sub (local.get $to) (i32.sub (local.get $from) (local.get $end)))))
