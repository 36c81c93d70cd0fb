use ratatui::{Terminal, backend::TestBackend};

use super::*;
use crate::app::mouse::Hit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    First,
    Size,
    Last,
    Cancel,
    Make,
}

fn form() -> Form<Field> {
    Form::new([
        Part::text(Field::First, "First", "one"),
        Part::choice(Field::Size, "Size", ["small", "large"], 1),
        Part::text(Field::Last, "Last", "three"),
        Part::back(Field::Cancel, "Cancel"),
        Part::button(Field::Make, "Make"),
    ])
}

/// Draws a sentence, the fields, and a list of `list` rows if that is not 0.
fn drawn(form: &Form<Field>, list: usize, (width, height): (u16, u16)) -> (Vec<String>, Vec<Hit>) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let (theme, mut hits) = (Theme::default(), Vec::new());
    let draw = |frame: &mut ratatui::Frame<'_>| {
        let area = frame.area();
        let mut canvas = Canvas::new(frame, &theme);
        let mut content = Content::new(form, dialog::columns(area, 60), &theme);
        content.paragraph("This explains the form.", Style::new());
        content.blank();
        content.part(Field::First);
        content.part(Field::Size);
        if list > 0 {
            content.own(None, list, move |frame, at| {
                for y in at.y..at.bottom() {
                    frame.render_widget("row", Rect { y, height: 1, ..at });
                }
                Window { top: 0, height: usize::from(at.height), len: list }
            });
        }
        content.blank();
        content.part(Field::Last);
        content.dialog(&mut canvas, area, "Title");
        hits = canvas.finish().1;
    };
    terminal.draw(draw).unwrap();
    let cells = &terminal.backend().buffer().content;
    let row =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect();
    (cells.chunks(usize::from(width.max(1))).map(row).collect(), hits)
}

fn shows(rows: &[String], text: &str) -> bool {
    rows.iter().any(|row| row.contains(text))
}

#[test]
fn a_form_can_be_drawn_at_every_size() {
    let mut form = form();
    form.refuse(Field::Last, "the value is wrong, and the reason needs more than one line of text");
    form.error = Some("the server cannot be reached".to_owned());
    for list in [0, 3, 100] {
        for size in (0..30).flat_map(|width| (0..20).map(move |height| (width * 3, height))) {
            drawn(&form, list, size);
        }
    }
}

#[test]
fn the_focused_part_and_the_buttons_stay_visible() {
    for (field, text) in [(Field::First, ">First"), (Field::Size, ">Size"), (Field::Last, ">Last")]
    {
        for (list, height) in [0, 3, 100].into_iter().flat_map(|n| (5..20).map(move |h| (n, h))) {
            let (rows, _) = drawn(&form().on(field), list, (40, height));
            assert!(shows(&rows, text), "{text} at {height} with {list}: {rows:#?}");
            assert!(shows(&rows, "[  Make ]"), "the buttons at {height}: {rows:#?}");
        }
    }
}

#[test]
fn a_rejected_field_shows_the_reason_below_it() {
    let mut form = form();
    form.refuse(Field::First, "a name is needed");
    for height in 6..20 {
        let (rows, _) = drawn(&form, 100, (40, height));
        let at = rows.iter().position(|row| row.contains(">First")).unwrap();
        assert!(rows[at + 1].contains("        ! A name is needed."), "{rows:#?}");
    }
}

#[test]
fn blank_lines_are_dropped_before_list_rows() {
    let (rows, _) = drawn(&form(), 5, (40, 20));
    assert_eq!(rows.iter().filter(|row| row.contains("row")).count(), 5);
    // Two rows for the frame, four lines, the buttons and the list: no blank line is left.
    let (rows, _) = drawn(&form(), 5, (40, 11));
    assert_eq!(rows.iter().filter(|row| row.contains("row")).count(), 4, "{rows:#?}");
    let (rows, _) = drawn(&form(), 5, (40, 8));
    assert_eq!(rows.iter().filter(|row| row.contains("row")).count(), 1, "{rows:#?}");
    // In the end the content scrolls, and says so.
    let (rows, _) = drawn(&form(), 5, (40, 7));
    assert!(shows(&rows, "more lines") && shows(&rows, ">First"), "{rows:#?}");
}

#[test]
fn parts_options_and_buttons_can_be_clicked_where_they_are_drawn() {
    let (rows, hits) = drawn(&form(), 0, (60, 20));
    let at = |text: &str| {
        let y = rows.iter().position(|row| row.contains(text)).unwrap();
        let x = text::width(&rows[y][..rows[y].find(text).unwrap()]);
        let (x, y) = (u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
        hits.iter().rev().find(|hit| hit.area.has(x, y)).map(|hit| hit.target)
    };
    assert_eq!(at("First"), Some(HitTarget::Part(0)));
    assert_eq!(at("one"), Some(HitTarget::Part(0)));
    assert_eq!(at("small"), Some(HitTarget::Option(1, 0)));
    assert_eq!(at("[large]"), Some(HitTarget::Option(1, 1)));
    assert_eq!(at("Make"), Some(HitTarget::Part(4)));
}

#[test]
fn buttons_that_do_not_fit_on_one_line_are_stacked() {
    let buttons = ["Copy JSON", "Copy as curl", "Copy as Terraform", "Close"];
    let form = Form::new(
        buttons.iter().enumerate().map(|(at, label)| Part::button(at, *label)).collect::<Vec<_>>(),
    );
    let mut terminal = Terminal::new(TestBackend::new(40, 9)).unwrap();
    let draw = |frame: &mut ratatui::Frame<'_>| {
        let area = frame.area();
        let theme = Theme::default();
        let content = Content::new(&form, dialog::columns(area, 60), &theme);
        content.dialog(&mut Canvas::new(frame, &theme), area, "Copy");
    };
    terminal.draw(draw).unwrap();
    let screen = terminal.backend().to_string();
    assert!(buttons.iter().all(|label| screen.contains(&format!("{label} ]"))), "{screen}");
}
