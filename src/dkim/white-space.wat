;; Reduces white space for the relaxed body canonicalization (RFC 6376 §3.4.4), 64 octets at a time.
;; `white-space.ts` says the same in TypeScript; a test holds the two to the same octets.
;;
;; A branch that the processor guesses wrong costs as much as three blocks. So each block is copied before it is known what of
;; it goes, and what stands behind white space that goes is then copied once more, to its place.
(module
  (memory (export "memory") 2)

  ;; Octets from 128 up to `end`, the last of them being no white space, become octets from 0 on; returns their end. In this
  ;; distance what is written never reaches what is still to be read.
  (func (export "reduce") (param $end i32) (result i32)
    (local $from i32) (local $to i32) (local $dense i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $tab v128) (local $space v128)
    (local $tabsA v128) (local $tabsB v128) (local $tabsC v128) (local $tabsD v128)
    (local $spacesA v128) (local $spacesB v128) (local $spacesC v128) (local $spacesD v128)
    (local $mask i64) (local $carry i64) (local $behind i32) (local $next i32)
    (local.set $tab (i8x16.splat (i32.const 9)))
    (local.set $space (i8x16.splat (i32.const 32)))
    (local.set $from (i32.const 128))
    ;; The last block goes on behind the end: no white space is there.
    (v128.store (local.get $end) (v128.const i64x2 0 0))
    (v128.store offset=16 (local.get $end) (v128.const i64x2 0 0))
    (v128.store offset=32 (local.get $end) (v128.const i64x2 0 0))
    (v128.store offset=48 (local.get $end) (v128.const i64x2 0 0))
    (loop $blocks
      (v128.store (local.get $to) (local.tee $a (v128.load (local.get $from))))
      (v128.store offset=16 (local.get $to) (local.tee $b (v128.load offset=16 (local.get $from))))
      (v128.store offset=32 (local.get $to) (local.tee $c (v128.load offset=32 (local.get $from))))
      (v128.store offset=48 (local.get $to) (local.tee $d (v128.load offset=48 (local.get $from))))
      (local.set $tabsA (i8x16.eq (local.get $a) (local.get $tab)))
      (local.set $tabsB (i8x16.eq (local.get $b) (local.get $tab)))
      (local.set $tabsC (i8x16.eq (local.get $c) (local.get $tab)))
      (local.set $tabsD (i8x16.eq (local.get $d) (local.get $tab)))
      (local.set $spacesA (i8x16.eq (local.get $a) (local.get $space)))
      (local.set $spacesB (i8x16.eq (local.get $b) (local.get $space)))
      (local.set $spacesC (i8x16.eq (local.get $c) (local.get $space)))
      (local.set $spacesD (i8x16.eq (local.get $d) (local.get $space)))
      (block $asItIs
        ;; Base64 has no white space at all.
        (if (i32.ge_u (local.get $from) (local.get $dense))
          (then
            (br_if $asItIs
              (i32.eqz
                (v128.any_true
                  (v128.or
                    (v128.or
                      (v128.or (local.get $tabsA) (local.get $spacesA))
                      (v128.or (local.get $tabsB) (local.get $spacesB)))
                    (v128.or
                      (v128.or (local.get $tabsC) (local.get $spacesC))
                      (v128.or (local.get $tabsD) (local.get $spacesD)))))))))
        ;; A bit for each octet that may go: TAB, and SP before SP or a control. Which white space has one is a matter of
        ;; speed alone: what becomes of each run is decided below.
        (local.set $a
          (v128.or
            (local.get $tabsA)
            (v128.and
              (local.get $spacesA)
              (i8x16.eq (local.get $space) (i8x16.max_u (local.get $space) (v128.load offset=1 (local.get $from)))))))
        (local.set $b
          (v128.or
            (local.get $tabsB)
            (v128.and
              (local.get $spacesB)
              (i8x16.eq (local.get $space) (i8x16.max_u (local.get $space) (v128.load offset=17 (local.get $from)))))))
        (local.set $c
          (v128.or
            (local.get $tabsC)
            (v128.and
              (local.get $spacesC)
              (i8x16.eq (local.get $space) (i8x16.max_u (local.get $space) (v128.load offset=33 (local.get $from)))))))
        (local.set $d
          (v128.or
            (local.get $tabsD)
            (v128.and
              (local.get $spacesD)
              (i8x16.eq (local.get $space) (i8x16.max_u (local.get $space) (v128.load offset=49 (local.get $from)))))))
        (local.set $mask
          (i64.or
            (i64.extend_i32_u
              (i32.or (i8x16.bitmask (local.get $a)) (i32.shl (i8x16.bitmask (local.get $b)) (i32.const 16))))
            (i64.shl
              (i64.extend_i32_u
                (i32.or (i8x16.bitmask (local.get $c)) (i32.shl (i8x16.bitmask (local.get $d)) (i32.const 16))))
              (i64.const 32))))
        (if (i32.ge_u (local.get $from) (local.get $dense)) (then (br_if $asItIs (i64.eqz (local.get $mask)))))
        ;; For some blocks behind one where something goes there is no guess whether it does.
        (local.set $dense
          (select (local.get $dense) (i32.add (local.get $from) (i32.const 1024)) (i64.eqz (local.get $mask))))
        ;; Run by run, which is once for most blocks: a block without any has an empty one at its end.
        (loop $runs
          ;; The bits of the first run go, and one behind it comes.
          (local.set $carry
            (i64.add (i64.or (local.get $mask) (i64.sub (local.get $mask) (i64.const 1))) (i64.const 1)))
          (local.set $to (i32.add (local.get $to) (i32.wrap_i64 (i64.ctz (local.get $mask)))))
          (local.set $behind (i32.add (local.get $from) (i32.wrap_i64 (i64.ctz (local.get $carry)))))
          ;; The last octet of a run becomes SP, unless more white space follows or the line ends.
          (i32.store8 (local.get $to) (i32.const 32))
          (local.set $next (i32.load16_u (local.get $behind)))
          (local.set $to
            (i32.add
              (local.get $to)
              (select
                (i32.const 0)
                (select
                  (i32.const 0)
                  (select
                    (i32.const 0)
                    (i64.ne (local.get $mask) (i64.const 0))
                    (i32.eq (i32.and (local.get $next) (i32.const 0xff)) (i32.const 9)))
                  (i32.eq (i32.and (local.get $next) (i32.const 0xff)) (i32.const 32)))
                (i32.eq (local.get $next) (i32.const 0x0a0d)))))
          (v128.store (local.get $to) (v128.load (local.get $behind)))
          (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $behind)))
          (v128.store offset=32 (local.get $to) (v128.load offset=32 (local.get $behind)))
          (v128.store offset=48 (local.get $to) (v128.load offset=48 (local.get $behind)))
          ;; Back to where the block would begin if the run had never been there.
          (local.set $to (i32.sub (local.get $to) (i32.wrap_i64 (i64.ctz (local.get $carry)))))
          (local.set $mask (i64.and (local.get $mask) (local.get $carry)))
          (br_if $runs (i64.ne (local.get $mask) (i64.const 0)))))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (local.set $to (i32.add (local.get $to) (i32.const 64)))
      (br_if $blocks (i32.lt_u (local.get $from) (local.get $end))))
    ;; without what was written of what is behind the end
    (i32.sub (local.get $to) (i32.sub (local.get $from) (local.get $end)))))
