;; Reduces white space for the relaxed body canonicalization (RFC 6376 §3.4.4), 16 octets at a time where that is possible.
;; `white-space.ts` says the same in TypeScript; a test holds the two to the same octets.
(module
  (memory (export "memory") 3)

  ;; Reads `length` octets at `from`, writes to `to`, and returns the end of what it wrote. It stops before white space, or
  ;; white space and CR, that end the octets: what they become depends on what follows. Where it stopped is in `rest`.
  (global $rest (export "rest") (mut i32) (i32.const 0))
  (func (export "reduce") (param $from i32) (param $length i32) (param $to i32) (param $lfEndsLine i32) (result i32)
    (local $end i32) (local $run i32) (local $octet i32) (local $next i32) (local $mask i32)
    (local $here v128) (local $behind v128)
    (local.set $end (i32.add (local.get $from) (local.get $length)))
    (loop $main
      ;; 16 octets, and the same seen one octet further: canonical unless there is a TAB, or SP before SP, TAB, CR or LF
      (if (i32.le_u (i32.add (local.get $from) (i32.const 17)) (local.get $end))
        (then
          (local.set $here (v128.load (local.get $from)))
          (local.set $behind (v128.load offset=1 (local.get $from)))
          (v128.store (local.get $to) (local.get $here))
          (local.set $mask
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $here) (i8x16.splat (i32.const 9)))
                (v128.and
                  (i8x16.eq (local.get $here) (i8x16.splat (i32.const 32)))
                  (i8x16.le_u (local.get $behind) (i8x16.splat (i32.const 32)))))))
          (if (i32.eqz (local.get $mask))
            (then
              (local.set $from (i32.add (local.get $from) (i32.const 16)))
              (local.set $to (i32.add (local.get $to) (i32.const 16)))
              (br $main)))
          (local.set $mask (i32.ctz (local.get $mask)))
          (local.set $from (i32.add (local.get $from) (local.get $mask)))
          (local.set $to (i32.add (local.get $to) (local.get $mask)))))
      (if (i32.lt_u (local.get $from) (local.get $end))
        (then
          (local.set $octet (i32.load8_u (local.get $from)))
          (if (i32.eqz (i32.or (i32.eq (local.get $octet) (i32.const 32)) (i32.eq (local.get $octet) (i32.const 9))))
            (then
              (i32.store8 (local.get $to) (local.get $octet))
              (local.set $from (i32.add (local.get $from) (i32.const 1)))
              (local.set $to (i32.add (local.get $to) (i32.const 1)))
              (br $main)))
          ;; the end of the white space
          (local.set $run (i32.add (local.get $from) (i32.const 1)))
          (block $found
            (loop $run
              (br_if $found (i32.ge_u (local.get $run) (local.get $end)))
              (local.set $octet (i32.load8_u (local.get $run)))
              (br_if $found
                (i32.eqz (i32.or (i32.eq (local.get $octet) (i32.const 32)) (i32.eq (local.get $octet) (i32.const 9)))))
              (local.set $run (i32.add (local.get $run) (i32.const 1)))
              (br $run)))
          ;; stop where it cannot be told what follows
          (if (i32.lt_u (local.get $run) (local.get $end))
            (then
              (local.set $next (i32.add (local.get $run) (i32.const 1)))
              (if
                (i32.or
                  (i32.ne (local.get $octet) (i32.const 13))
                  (i32.lt_u (local.get $next) (local.get $end)))
                (then
                  ;; one SP, unless the line ends here
                  (if
                    (i32.eqz
                      (i32.or
                        (i32.and (local.get $lfEndsLine) (i32.eq (local.get $octet) (i32.const 10)))
                        (i32.and
                          (i32.eq (local.get $octet) (i32.const 13))
                          (i32.eq (i32.load8_u (local.get $next)) (i32.const 10)))))
                    (then
                      (i32.store8 (local.get $to) (i32.const 32))
                      (local.set $to (i32.add (local.get $to) (i32.const 1)))))
                  (local.set $from (local.get $run))
                  (br $main))))))))
    (global.set $rest (local.get $from))
    (local.get $to)))
