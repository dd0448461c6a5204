;; Reduces white space for the relaxed body canonicalization (RFC 6376 §3.4.4), 32 octets at a time where that is possible.
;; `white-space.ts` says the same in TypeScript; a test holds the two to the same octets.
(module
  (memory (export "memory") 3)

  ;; Reads the octets from `from` to `end`, writes to `to`, and returns the end of what it wrote. The octet before `end`
  ;; is no white space; those behind it are looked at where it matters what follows.
  (func (export "reduce") (param $from i32) (param $end i32) (param $to i32) (result i32)
    (local $octet i32) (local $next i32) (local $mask i32) (local $tabs v128) (local $spaces v128)
    (local $here v128) (local $further v128)
    (local.set $tabs (i8x16.splat (i32.const 9)))
    (local.set $spaces (i8x16.splat (i32.const 32)))
    (loop $main
      (block $whiteSpace
        (loop $blocks
          (if (i32.le_u (i32.add (local.get $from) (i32.const 32)) (local.get $end))
            (then
              ;; What is written behind the first white space that is not canonical is written over.
              (v128.store (local.get $to) (local.tee $here (v128.load (local.get $from))))
              (v128.store offset=16 (local.get $to) (local.tee $further (v128.load offset=16 (local.get $from))))
              ;; TAB, and SP before SP, TAB, CR or LF (or another control: what becomes of it is decided below)
              (local.set $here
                (v128.or
                  (i8x16.eq (local.get $here) (local.get $tabs))
                  (v128.and
                    (i8x16.eq (local.get $here) (local.get $spaces))
                    (i8x16.le_u (v128.load offset=1 (local.get $from)) (local.get $spaces)))))
              (local.set $further
                (v128.or
                  (i8x16.eq (local.get $further) (local.get $tabs))
                  (v128.and
                    (i8x16.eq (local.get $further) (local.get $spaces))
                    (i8x16.le_u (v128.load offset=17 (local.get $from)) (local.get $spaces)))))
              (if (i32.eqz (v128.any_true (v128.or (local.get $here) (local.get $further))))
                (then
                  (local.set $from (i32.add (local.get $from) (i32.const 32)))
                  (local.set $to (i32.add (local.get $to) (i32.const 32)))
                  (br $blocks)))
              (local.set $mask
                (i32.ctz
                  (i32.or
                    (i8x16.bitmask (local.get $here))
                    (i32.shl (i8x16.bitmask (local.get $further)) (i32.const 16)))))
              (local.set $from (i32.add (local.get $from) (local.get $mask)))
              (local.set $to (i32.add (local.get $to) (local.get $mask)))
              (br $whiteSpace))))
        (if (i32.ge_u (local.get $from) (local.get $end)) (then (return (local.get $to))))
        (local.set $octet (i32.load8_u (local.get $from)))
        (br_if $whiteSpace (i32.or (i32.eq (local.get $octet) (i32.const 32)) (i32.eq (local.get $octet) (i32.const 9))))
        (i32.store8 (local.get $to) (local.get $octet))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br $main))
      ;; Of white space the last octet becomes SP, unless the line ends behind it. Without a branch: half of the guesses
      ;; of the processor would be wrong.
      (i32.store8 (local.get $to) (i32.const 32))
      (local.set $next (i32.load8_u offset=1 (local.get $from)))
      (local.set $to
        (i32.add
          (local.get $to)
          (i32.eqz
            (i32.or
              (i32.or (i32.eq (local.get $next) (i32.const 32)) (i32.eq (local.get $next) (i32.const 9)))
              (i32.and
                (i32.eq (local.get $next) (i32.const 13))
                (i32.eq (i32.load8_u offset=2 (local.get $from)) (i32.const 10)))))))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br $main))
    (unreachable)))
