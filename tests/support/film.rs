//! Several drawn buffers as one animated picture (SVG), with the keys that lead from one to the
//! next below them. It needs no script: CSS shows each element while a frame has it. Frames
//! share what they have in common, so that the file stays small.
//!
//! Where nothing moves, because the reader prefers that or because the viewer cannot, the
//! last frame is shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use ratatui::buffer::Buffer;

use super::svg::{CELL, LETTERS, PADDING, backdrop, begin, escaped, ground, layers, size};

/// A frame: the cells, the keys that were pressed, what they do, and how long it is shown.
pub struct Frame {
    pub cells: Buffer,
    pub keys: String,
    pub words: &'static str,
    pub milliseconds: u32,
}

/// Height of the line with the keys.
const BELOW: f32 = 30.0;
const CAP: &str = "#2b323d";
const CAP_LETTERS: &str = "#f6f8fa";
const WORDS: &str = "#a0a8b5";

/// The elements of one layer, and the frames that have each.
type Layer = BTreeMap<BTreeSet<usize>, Vec<String>>;

/// The frames one after the other, and from the beginning again.
pub fn film(all: &[Frame], title: &str) -> String {
    let first = &all[0].cells;
    let ground = ground(first);
    let mut film: [Layer; 3] = Default::default();
    let mut seen: [Vec<(String, BTreeSet<usize>)>; 3] = Default::default();
    for (at, frame) in all.iter().enumerate() {
        let [mut coloured, lines, mut letters] = layers(&frame.cells, &ground);
        caption(&mut coloured, &mut letters, frame);
        for (seen, layer) in seen.iter_mut().zip([coloured, lines, letters]) {
            for element in layer.lines() {
                match seen.iter_mut().find(|(known, _)| known == element) {
                    Some((_, frames)) => {
                        frames.insert(at);
                    }
                    None => seen.push((element.to_owned(), BTreeSet::from([at]))),
                }
            }
        }
    }
    let mut names: BTreeMap<BTreeSet<usize>, String> = BTreeMap::new();
    for (layer, seen) in film.iter_mut().zip(seen) {
        for (element, frames) in seen {
            let count = names.len();
            if frames.len() < all.len() {
                names.entry(frames.clone()).or_insert_with(|| format!("f{count}"));
            }
            layer.entry(frames).or_default().push(element);
        }
    }
    let mut out = begin(first, BELOW, title);
    out.push_str(&style(all, &names));
    out.push_str(&backdrop(first, BELOW, &ground));
    for (frames, elements) in film.iter().flatten() {
        let elements = elements.join("\n");
        match names.get(frames) {
            None => writeln!(out, "{elements}"),
            Some(name) => {
                let is_last = frames.contains(&(all.len() - 1));
                let hidden = if is_last { "" } else { " visibility=\"hidden\"" };
                writeln!(out, "<g class=\"{name}\"{hidden}>\n{elements}\n</g>")
            }
        }
        .unwrap();
    }
    out.push_str("</svg>\n");
    out
}

/// When the elements of each set of frames are visible.
fn style(all: &[Frame], names: &BTreeMap<BTreeSet<usize>, String>) -> String {
    let total: u32 = all.iter().map(|frame| frame.milliseconds).sum();
    let mut out = String::from("<style>@media (prefers-reduced-motion:no-preference){\n");
    let seconds = f64::from(total) / 1000.0;
    writeln!(out, "g{{animation:{seconds}s step-end infinite}}").unwrap();
    for (frames, name) in names {
        write!(out, ".{name}{{animation-name:{name}}}@keyframes {name}{{").unwrap();
        let (mut at, mut was) = (0, None);
        for (number, frame) in all.iter().enumerate() {
            let is = frames.contains(&number);
            if was != Some(is) {
                let percent = f64::from(at) * 100.0 / f64::from(total);
                let word = if is { "visible" } else { "hidden" };
                write!(out, "{percent:.2}%{{visibility:{word}}}").unwrap();
            }
            (at, was) = (at + frame.milliseconds, Some(is));
        }
        out.push_str("}\n");
    }
    out.push_str("}</style>\n");
    out
}

/// The keys on a key cap, and what they do.
fn caption(coloured: &mut String, letters: &mut String, frame: &Frame) {
    let (_, height) = size(&frame.cells, BELOW);
    let middle = height - PADDING - 9.0;
    let mut left = PADDING;
    if !frame.keys.is_empty() {
        let columns = u16::try_from(frame.keys.chars().count()).unwrap();
        let width = f32::from(columns) * CELL.0;
        writeln!(
            coloured,
            "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"22\" rx=\"4\" \
             fill=\"{CAP}\"/>",
            middle - 11.0,
            width + 16.0
        )
        .unwrap();
        text(letters, left + 8.0, middle, width, CAP_LETTERS, &frame.keys);
        left += width + 28.0;
    }
    let columns = u16::try_from(frame.words.chars().count()).unwrap();
    text(letters, left, middle, f32::from(columns) * CELL.0, WORDS, frame.words);
}

fn text(out: &mut String, x: f32, middle: f32, width: f32, fill: &str, text: &str) {
    writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" fill=\"{fill}\">{}</text>",
        middle + LETTERS * 0.36,
        escaped(text)
    )
    .unwrap();
}
