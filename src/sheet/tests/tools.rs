//! What stock tools read from a sheet.

use std::collections::HashSet;

use super::*;

pub(super) fn tool(name: &str) -> bool {
    let there = Command::new(name).arg("--version").output().is_ok();
    if !there {
        skipped(Need::Tool, &format!("there is no {name}"));
    }
    there
}

/// What a program prints; it must print no complaint.
pub(super) fn said(program: &mut Command) -> String {
    let output = program.output().unwrap();
    assert!(output.status.success(), "{program:?}: {output:?}");
    assert!(output.stderr.is_empty(), "{program:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn written(sheet: &Sheet) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("sheet.pdf"), &*sheet.pdf).unwrap();
    dir
}

fn text_of_page(sheet: &Sheet, page: usize) -> String {
    let (dir, page) = (written(sheet), page.to_string());
    let mut program = Command::new("pdftotext");
    program.current_dir(&dir);
    said(program.args(["-layout", "-f", &page, "-l", &page, "sheet.pdf", "-"]))
}

fn share_sheet() -> Sheet {
    let sample = sample();
    let share = sample.open();
    sample.share_sheet(&share).draw().unwrap()
}

fn vault_sheet() -> Sheet {
    sample().vault_sheet(PAYLOAD)
}

/// How many codes of each page `zbarimg` reads, of how many.
fn read_by_zbarimg(sheet: &Sheet, dpi: u32) -> Vec<(usize, usize)> {
    let dir = written(sheet);
    let mut render = Command::new("pdftoppm");
    render.args(["-gray", "-r", &dpi.to_string(), "sheet.pdf", "page"]);
    said(render.current_dir(&dir));
    let read = |(number, codes): (usize, &Vec<Zeroizing<String>>)| {
        let mut scan = Command::new("zbarimg");
        scan.args(["-q", "--raw", "-Sdisable", "-Sqrcode.enable", "--nodbus"]);
        scan.arg(format!("page-{number}.pgm")).current_dir(&dir);
        let found = String::from_utf8(scan.output().unwrap().stdout).unwrap();
        let found: Vec<&str> = found.lines().collect();
        assert!(
            found
                .iter()
                .all(|text| codes.iter().any(|code| code.as_str() == *text))
        );
        let seen = codes.iter().filter(|code| found.contains(&code.as_str()));
        (seen.count(), codes.len())
    };
    (1..).zip(&sheet.codes).map(read).collect()
}

#[test]
fn zbarimg_reads_every_code_of_a_share_sheet_at_150_200_and_300_dpi() {
    if !tool("zbarimg") || !tool("pdftoppm") {
        return;
    }
    let sample = sample();
    let share = sample.protected();
    let sheet = sample.share_sheet(&share);
    let codes = pieces(3);
    let different: HashSet<&str> = codes.iter().map(|code| code.text.as_str()).collect();
    assert_eq!(different.len(), 6);
    let protected = sheet.draw_with(&codes).unwrap();
    for dpi in [150, 200, 300] {
        assert_eq!(
            read_by_zbarimg(&share_sheet(), dpi),
            [(2, 2), (0, 0)],
            "{dpi} dpi"
        );
        assert_eq!(
            read_by_zbarimg(&protected, dpi),
            [(6, 6), (0, 0)],
            "{dpi} dpi"
        );
    }
}

#[test]
fn zbarimg_reads_as_many_codes_of_a_vault_sheet_as_are_needed_at_200_and_300_dpi() {
    if !tool("zbarimg") || !tool("pdftoppm") {
        return;
    }
    let sheet = vault_sheet();
    for dpi in [200, 300] {
        let read = read_by_zbarimg(&sheet, dpi);
        let seen: usize = read.iter().map(|(seen, _)| seen).sum();
        let all: usize = read.iter().map(|(_, all)| all).sum();
        assert!(4 * seen >= 3 * all, "{dpi} dpi: {read:?}");
    }
}

#[test]
fn all_fonts_are_embedded_with_their_letters() {
    if !tool("pdffonts") {
        return;
    }
    for sheet in [share_sheet(), vault_sheet()] {
        let dir = written(&sheet);
        let fonts = said(Command::new("pdffonts").arg("sheet.pdf").current_dir(&dir));
        let fonts: Vec<&str> = fonts.lines().skip(2).collect();
        assert_eq!(fonts.len(), 3, "{fonts:?}");
        assert!(
            fonts.iter().all(|font| font.contains("yes yes yes")),
            "{fonts:?}"
        );
    }
}

#[test]
fn the_text_of_a_sheet_is_text() {
    if !tool("pdftotext") {
        return;
    }
    let sample = Sample {
        custodian: Label::new("Юридический отдел").unwrap(),
        ..sample()
    };
    let share = sample.open();
    let sheet = sample.share_sheet(&share).draw().unwrap();
    let front = text_of_page(&sheet, 1);
    let vault = share.facts.public_key.vault_id();
    let id = HEXLOWER.encode(&sheet.id);
    for word in [
        "REHEARSAL",
        "Юридический отдел",
        "2 of 5, any 3 open it",
        &vault.hex(),
        &id,
        "Page 1 of 2",
    ] {
        assert!(front.contains(word), "{word}: {front}");
    }
    let back = text_of_page(&sheet, 2);
    for word in [
        "REHEARSAL",
        "0x11D",
        "docs/recovery.md",
        &vault.hex(),
        &id,
        "Page 2 of 2",
    ] {
        assert!(back.contains(word), "{word}: {back}");
    }
    for line in front
        .lines()
        .filter(|line| line.trim_start().starts_with(['e', 'f', 'g', 'h']))
    {
        assert!(!back.contains(line.trim()));
    }
}

/// A program in the text of a page: what stands between its first line and the next `E`.
fn program(text: &str, first: &str) -> String {
    let begin = text.find(first).expect("the program is there");
    let indent = text[..begin].lines().last().unwrap().len();
    let lines = text[begin..].lines().skip(1);
    let lines = lines.take_while(|line| line.trim() != "E");
    let dedented = lines.map(|line| line.get(indent..).unwrap_or_default().trim_end());
    dedented.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_program_on_the_back_joins_the_test_vector_on_the_back() {
    if !tool("pdftotext") || !tool("python3") {
        return;
    }
    let back = text_of_page(&share_sheet(), 2);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("key.py"), program(&back, "cat > key.py")).unwrap();
    fs::write(dir.path().join("test"), program(&back, "cat > test")).unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "python3 key.py < test"])
        .current_dir(&dir);
    let key = said(&mut shell);
    assert!(back.contains(&format!("# {}", key.trim())), "{key}");
    assert_eq!(key.trim().len(), 64);
}

/// The commands of a recipe, those from the line that begins with `first` to the one that begins with `last`. Each is in
/// the text of the page too.
fn commands(recipe: &str, page: &str, [first, last]: [&str; 2]) -> String {
    let all: Vec<&str> = recipe
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    let from = all.iter().position(|line| line.starts_with(first)).unwrap();
    let length = all[from..]
        .iter()
        .position(|line| line.starts_with(last))
        .unwrap();
    let chosen = &all[from..=from + length];
    let printed: Vec<&str> = page.lines().map(str::trim).collect();
    for line in chosen {
        assert!(printed.contains(&line.trim()), "{line}: {page}");
    }
    chosen.join("\n")
}

/// Puts a picture of every page into `dir`, as `<name>-<number>.png`.
fn render(sheet: &Sheet, dir: &Path, name: &str) {
    let pdf = written(sheet);
    let mut render = Command::new("pdftoppm");
    render.args(["-gray", "-png", "-r", "300", "sheet.pdf"]);
    said(render.arg(dir.join(name)).current_dir(&pdf));
}

fn run(dir: &Path, script: &str) -> String {
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-c", script])
        .current_dir(dir)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn all_there(tools: &[&str]) -> bool {
    tools.iter().all(|name| tool(name))
}

/// Shares 2, 3 and 5 of the key 7, 8, 9...
fn three_shares(sample: &Sample) -> (String, Vec<Share>) {
    let key: Vec<u8> = (7..39).collect();
    let points = crate::shamir::split(&SecretBytes::copied(&key), 3, 5).unwrap();
    let chosen = points
        .into_iter()
        .filter(|point| [2, 3, 5].contains(&point.number));
    let bind = |point: crate::shamir::Point| {
        let facts = Facts {
            number: point.number,
            ..sample.bound().facts
        };
        Share::bind(facts, point.y, &sample.identity())
    };
    (HEXLOWER.encode(&key), chosen.map(bind).collect())
}

#[test]
fn the_recipe_on_the_back_joins_scanned_and_typed_shares() {
    if !all_there(&[
        "pdftotext",
        "pdftoppm",
        "zbarimg",
        "base32",
        "xxd",
        "python3",
    ]) {
        return;
    }
    let sample = sample();
    let dir = tempfile::tempdir().unwrap();
    let (key, shares) = three_shares(&sample);
    let mut text = String::new();
    for (share, number) in shares.iter().zip(1..) {
        let read = ReadShare::from_bytes(&share.to_bytes()).unwrap();
        let sheet = sample.share_sheet(&read).draw().unwrap();
        text = text_of_page(&sheet, 2);
        if number < 3 {
            render(&sheet, dir.path(), &number.to_string());
            continue;
        }
        let pdf = written(&sheet);
        let mut front = Command::new("pdftotext");
        front.args(["-raw", "-l", "1", "sheet.pdf", "-"]);
        let front = said(front.current_dir(&pdf));
        let lines = front.lines().skip_while(|line| *line != "Share").skip(1);
        let lines: Vec<&str> = lines.take(7).collect();
        assert_eq!(lines.len(), 7, "{front}");
        // as it is allowed to be typed: capitals, dashes, other spaces
        let typed = lines.join("\r\n").to_uppercase().replace(' ', "-");
        fs::write(dir.path().join("typed.txt"), format!(" {typed}")).unwrap();
    }
    let recipe = recipe::share_text(3, false);
    let script = [
        commands(&recipe, &text, ["zbarimg", "done"]),
        commands(&recipe, &text, ["w=", "echo $((0x$(echo $w"]),
        commands(&recipe, &text, ["cat > key.py", "sort -u points"]),
    ];
    assert_eq!(run(dir.path(), &script.join("\n")).trim(), key);
}

#[test]
fn the_recipe_on_the_back_joins_protected_shares() {
    let tools = [
        "pdftotext",
        "pdftoppm",
        "zbarimg",
        "base32",
        "xxd",
        "python3",
        "age",
        "age-keygen",
    ];
    if !all_there(&tools) {
        return;
    }
    let sample = sample();
    let dir = tempfile::tempdir().unwrap();
    let public = run(dir.path(), "age-keygen -o own 2> log && age-keygen -y own");
    let with = Protection::Recipient(crate::cipher::Recipient::parse(public.trim()).unwrap());
    let (key, shares) = three_shares(&sample);
    let recipe = recipe::share_text(3, true);
    let mut text = String::new();
    for share in &shares {
        let y = Protected::seal(&share.point.y, &with).unwrap();
        let read = ReadShare::from_bytes(&share.to_protected_bytes(&y)).unwrap();
        let sheet = sample.share_sheet(&read).draw().unwrap();
        text = text_of_page(&sheet, 2);
        render(&sheet, dir.path(), "page");
        let script = commands(&recipe, &text, ["zbarimg", "echo $((0x$(xxd"]);
        // as the words of the step say
        run(dir.path(), &script.replace("age -d", "age -d -i own"));
    }
    let script = commands(&recipe, &text, ["cat > key.py", "sort -u points"]);
    assert_eq!(run(dir.path(), &script).trim(), key);
}

#[test]
fn the_recipe_on_the_last_page_gives_the_vault_back_with_any_page_lost() {
    let tools = [
        "pdftotext",
        "pdftoppm",
        "zbarimg",
        "base32",
        "zstd",
        "tar",
        "openssl",
        "python3",
    ];
    if !all_there(&tools) {
        return;
    }
    let sample = sample();
    let (files, manifest) = sample.files(1500);
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact: None,
    };
    let codes = files.codes().unwrap();
    let sheet = sheet.draw().unwrap();
    let text = text_of_page(&sheet, sheet.pages);
    let recipe = recipe::vault_text([3, 5], [codes.needed, codes.codes.len()]);
    let read = commands(&recipe, &text, ["zbarimg", "grep -ho"]);
    let quick = commands(&recipe, &text, ["head -n", "head -n"]);
    let join = commands(&recipe, &text, ["cat > parts.py", "python3 parts.py"]);
    let check = commands(&recipe, &text, ["openssl pkeyutl", "openssl pkey -pubin"]);
    let dir = tempfile::tempdir().unwrap();
    render(&sheet, dir.path(), "page");
    run(dir.path(), &format!("{read}\n{quick}"));
    assert_eq!(
        fs::read(dir.path().join("payload.age")).unwrap(),
        files.payload
    );
    fs::remove_file(dir.path().join("payload.age")).unwrap();
    fs::remove_file(dir.path().join("page-1.png")).unwrap();
    run(dir.path(), &format!("{read}\n{join}"));
    assert_eq!(
        fs::read(dir.path().join("payload.age")).unwrap(),
        files.payload
    );
    assert_eq!(
        fs::read(dir.path().join("vault.json")).unwrap(),
        files.manifest
    );
    let said = run(dir.path(), &check);
    let said: Vec<&str> = said.lines().collect();
    let vault = manifest.public_key.vault_id().hex();
    assert_eq!(said, ["Signature Verified Successfully", "1", &vault]);
}
