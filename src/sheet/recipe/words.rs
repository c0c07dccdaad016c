//! The words of the recovery recipe.
//!
//! Knows what a stranger must be told who has the paper, a Linux system and nothing else; `docs/recovery.md` is the whole
//! text. Lines that begin with four spaces are typed as they stand: together they are a script for the shell.

/// What every share sheet begins with.
pub(super) const FIRST: &str = r#"# IN 20 YEARS, WITHOUT COLDVAULT
This side holds no secret. It says how to get the files back with tools of any Linux system, {k} different shares of the vault and one copy of it (coldvault restore does it all). The whole text: RECOVERY.txt on every medium (docs/recovery.md).

1. Take a machine that has no network and never gets one again, with zbar-tools, age, zstd, tar, xxd and python3. As an ordinary user (not root) work in an empty directory in memory, and switch the machine off when you are done:
    sudo swapoff -a; mkdir -m 700 /dev/shm/open; cd /dev/shm/open

"#;

/// From the codes or letters of open shares to their points.
pub(super) const OPEN_SHARE: &str = r#"2. Scan the fronts of {k} shares into it (.png, grey, 300 dpi), and take number and y out of the codes (A or B of each):
    zbarimg -q --nodbus --raw -Sdisable -Sqrcode.enable *.png > codes.txt
    for r in $(grep -ho 'CV1/S/[AB]/[A-Z2-7]*' codes.txt | cut -d/ -f4 | sort -u); do
    h=$(echo $r | base32 -d | xxd -p -c 256)
    echo $((0x$(echo $h | cut -c 9-10))) $(echo $h | cut -c 11-74) >> points
    done
   If no code of a share can be read, type its 7 lines of letters into typed.txt (capitals, spaces and dashes do not matter):
    w=$(tr A-Z a-z < typed.txt | tr -cd 'a-z\n' | sort | tr -d '\n' | tr bcdefghjknprstvx 0-9a-f)
    y=$(for i in 53 78 103 128; do echo $w | cut -c $i-$((i+15)); done | tr -d '\n')
    echo $((0x$(echo $w | cut -c 42-43))) $y >> points
"#;

/// From the codes of a protected share to its point.
pub(super) const PROTECTED_SHARE: &str = r#"2. One share after the other: scan its front into it (.png, grey, 300 dpi), read the codes (A and B of a number say the same) and open what is in them. age asks for the custodian's passphrase; for the custodian's own key write age -d -i KEYFILE. Then remove the pictures (rm *.png) before those of the next share. Of a share that is not protected type step 2 of its own back, here too.
    zbarimg -q --nodbus --raw -Sdisable -Sqrcode.enable *.png > codes.txt
    grep -ho 'CV1/P/[AB]/[0-9A-Z/]*' codes.txt | cut -d/ -f5,8 | sort -u |
    cut -d/ -f2 | tr -d '\n' | base32 -d > record
    L=$((0x$(xxd -p -s 133 -l 1 record)))
    tail -c +$((L+137)) record | head -c $((0x$(xxd -p -s $((L+134)) -l 2 record))) > y.age
    echo $((0x$(xxd -p -s 4 -l 1 record))) $(age -d y.age) >> points
"#;

/// From points to the files.
pub(super) const POINTS_TO_FILES: &str = r#"
3. A line of "points" is now a number x and 32 bytes y. Join {k} by Lagrange's formula at 0 (or with gfcombine):
    cat > key.py <<'E'
    import sys
    def times(a, b):
      r = 0
      while b: r, a, b = r ^ a * (b & 1), a << 1 ^ 0x11D * (a >> 7), b >> 1
      return r
    def power(a, e): return times(a, power(a, e - 1)) if e else 1
    points = [line.split() for line in sys.stdin]
    points = [(int(x), bytes.fromhex(y)) for x, y in points]
    key = bytearray(32)
    for x, y in points:
      f = 1
      for z, _ in points: f = times(f, times(z, power(x ^ z, 254)) if z != x else 1)
      for i in range(32): key[i] ^= times(f, y[i])
    print(key.hex())
    E
    sort -u points | head -n {k} | python3 key.py

4. Copy payload.age (or payload.age.000 and so on) from the folder coldvault-...-vault of a stick, or make it as the vault sheet's last page says. The 64 digits are its passphrase; if age refuses them, a share is wrong: try others.
    cat payload.age* | age -d | zstd -d | tar -xpf -
   Then node/0 is the first directory that was sealed, node/1 the second.

"#;

/// A small example with its answer.
pub(super) const TEST: &str = r#"# TEST: any three of these points (of 5) give the key below. Check your program with them before a real share.
    cat > test <<E
    2 {2}
    3 {3}
    5 {5}
    E
    python3 key.py < test
    # {key}

"#;

/// What the bytes are.
pub(super) const FORMAT: &str = r#"# FORMAT
Field: GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D); + is exclusive or. Each byte of the key is split by itself: it is the value at x = 0 of a polynomial of degree {degree} whose value at x = the share's number is the byte of y.

Code: fields between "/"; record and data are base32 (RFC 4648), the last field is a check. Record: byte 0 is 1 (open) or 2 (protected); 1 kind; 2 k; 3 n; 4 number; 5-36 y (protected: commitment); 37-68 public key; 69-132 signature; 133 length of the custodian's name; the name; if protected 2 bytes length, an age file of y as 64 digits; zeros.

"#;

/// How the letters are read.
pub(super) const LETTERS: &str = r#"Letters: b c d e f g h j k n p r s t v x are 0 to f, two to a byte, after the line's own letter. b, c, d: version 1, kind, vault id (16 bytes), k, number, 4 bytes check; e, f, g, h: 8 bytes of y each, 4 bytes check (Reed-Solomon over the same field, roots 1 2 4 8; of e to h over the 20 bytes, 0, the line's number, 3 to 6, and 8 bytes).
"#;

/// From the codes of a vault sheet to the files of the vault.
pub(super) const VAULT: &str = r#"# IF YOU FOUND THIS
It belongs to somebody else, and without the shares nobody can read it. Call whom page 1 names, or hand it in to the police. Do not scan or photograph it.

# WITH COLDVAULT, WHICH MADE THIS SHEET
Scan the pages. coldvault verify SCAN checks them; coldvault restore opens the vault with any {k} shares.

# IN 20 YEARS, WITHOUT COLDVAULT
This page holds no secret. It says how to get the vault's encrypted files back with tools of any Linux system and any {needed} of the {total} codes. Opening them takes any {k} of the vault's {n} shares: see the back of a share sheet. The whole text is RECOVERY.txt on every medium (docs/recovery.md of coldvault).

1. Take a machine that has no network and never gets one again, with zbar-tools, age, zstd, tar, openssl and python3. As an ordinary user (not root) work in an empty directory in memory, and switch the machine off when you are done:
    sudo swapoff -a; mkdir -m 700 /dev/shm/open; cd /dev/shm/open
   Scan the pages into it (.png, grey, 300 dpi), and read the codes; the second line counts them:
    zbarimg -q --nodbus --raw -Sdisable -Sqrcode.enable *.png > codes.txt
    grep -ho 'CV1/V/[0-9A-Z/]*' codes.txt | sort -u -t/ -k4,4 > parts; wc -l < parts

2. If the first {needed} codes, 001 to {needed3}, are all there, this is enough:
    head -n {needed} parts | cut -d/ -f8 | tr -d '\n' | base32 -d | zstd -d | tar -xf -

3. If any is missing, this makes it again from {needed} others. (With more than {needed} codes, check it: leave other lines out of "parts"; the answer must stay the same.)
    cat > parts.py <<'E'
    import base64, sys
    def times(a, b):
      r = 0
      while b: r, a, b = r ^ a * (b & 1), a << 1 ^ 0x11D * (a >> 7), b >> 1
      return r
    def power(a, e): return times(a, power(a, e - 1)) if e else 1
    inverse = [power(a, 254) for a in range(256)]
    fields = [line.strip().split("/") for line in sys.stdin]
    parts = {int(f[3]): base64.b32decode(f[7]) for f in fields}
    have = sorted(parts)[:{needed}]
    for at in range(1, {needed} + 1):
      if at in have: sys.stdout.buffer.write(parts[at]); continue
      part = 0
      for x in have:
        f = 1
        for z in have: f = times(f, times(z ^ at, inverse[z ^ x]) if z != x else 1)
        row = bytes(times(f, b) for b in range(256))
        part ^= int.from_bytes(parts[x].translate(row), "big")
      sys.stdout.buffer.write(part.to_bytes(len(parts[have[0]]), "big"))
    E
    python3 parts.py < parts | zstd -d | tar -xf -

4. Now there are vault.json, vault.json.sig, vault.pub and payload.age. Check them: the last line must be the vault id, which is at the foot of every sheet.
    openssl pkeyutl -verify -pubin -inkey vault.pub -rawin -in vault.json -sigfile vault.json.sig
    grep -c $(sha256sum < payload.age | cut -c 1-64) vault.json
    openssl pkey -pubin -in vault.pub -outform DER | tail -c 32 | sha256sum | cut -c 1-32

5. Join the shares to the key, and open payload.age with it: see the back of a share sheet. node/0 is the first directory that was sealed.
    age -d payload.age | zstd -d | tar -xpf -

# FORMAT
A code is CV1/V/vault id/number/codes in all/codes needed/set/data/check. set is the same in all codes of a sheet: base32 of the first 5 bytes of the SHA-256 of all parts joined. data is base32 (RFC 4648). check is base32 of the first 5 bytes of the SHA-256 of all before its "/".

Parts 1 to {needed} are pieces of a tar file, compressed with zstd (RFC 8878) and padded by a skippable frame. For each place in a part there is one polynomial of degree {degree} over GF(2^8), polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D), whose value at x = the part's number is the byte there, for parts {next} to {total} too.
"#;
