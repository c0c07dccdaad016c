//! A page as grey dots, and what is done to dots before codes are looked for.

/// Rows of dots: 0 is black, 255 white.
#[derive(Clone)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) dots: Vec<u8>,
}

impl Grey {
    /// `None` unless there are as many dots as the size says, and at least one.
    pub(super) fn new(width: usize, height: usize, mut dots: Vec<u8>) -> Option<Self> {
        let wanted = width.checked_mul(height)?;
        dots.truncate(wanted);
        (wanted > 0 && dots.len() == wanted).then_some(Self {
            width,
            height,
            dots,
        })
    }

    pub(super) fn longer_side(&self) -> usize {
        self.width.max(self.height)
    }

    fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.dots.chunks_exact(self.width.max(1))
    }

    /// Each square of `by` x `by` dots as their mean. A rest at the edges is left out.
    pub(super) fn smaller(&self, by: usize) -> Self {
        let by = by.clamp(1, self.width.min(self.height).max(1));
        let (width, height) = (self.width / by, self.height / by);
        let mut dots = Vec::with_capacity(width * height);
        let area = u32::try_from(by * by).unwrap_or(1);
        let mut sums = vec![0_u32; width];
        for band in self.dots.chunks_exact(self.width * by).take(height) {
            sums.fill(0);
            for row in band.chunks_exact(self.width) {
                for (sum, dots) in sums.iter_mut().zip(row.chunks_exact(by)) {
                    *sum += dots.iter().map(|&dot| u32::from(dot)).sum::<u32>();
                }
            }
            dots.extend(sums.iter().map(|sum| narrow(sum / area)));
        }
        Self {
            width,
            height,
            dots,
        }
    }

    /// Twice as wide and high, each new dot between its neighbours.
    pub(super) fn doubled(&self) -> Self {
        let mut dots = Vec::with_capacity(self.dots.len() * 4);
        let mut above: Option<Vec<u8>> = None;
        for row in self.rows() {
            let mut wide = Vec::with_capacity(row.len() * 2);
            let next = row.iter().skip(1).chain(row.last());
            for (&dot, &right) in row.iter().zip(next) {
                wide.extend([dot, dot.midpoint(right)]);
            }
            match &above {
                Some(above) => dots.extend(above.iter().zip(&wide).map(|(a, b)| a.midpoint(*b))),
                None => dots.extend(&wide),
            }
            dots.extend(&wide);
            above = Some(wide);
        }
        Self {
            width: self.width * 2,
            height: self.height * 2,
            dots,
        }
    }

    /// Each dot as the mean of the square that reaches `radius` dots around it, done twice: nearly a Gaussian blur.
    pub(super) fn blurred(&self, radius: usize) -> Self {
        let mut image = self.clone();
        for _ in 0..2 {
            image = image.averaged_rows(radius).turned();
            image = image.averaged_rows(radius).turned();
        }
        image
    }

    fn averaged_rows(&self, radius: usize) -> Self {
        let mut dots = Vec::with_capacity(self.dots.len());
        let width = u32::try_from(2 * radius + 1).unwrap_or(1);
        for row in self.rows() {
            let (Some(&first), Some(&last)) = (row.first(), row.last()) else {
                continue;
            };
            let padded = || {
                let before = std::iter::repeat_n(first, radius);
                let behind = std::iter::repeat_n(last, radius);
                before.chain(row.iter().copied()).chain(behind)
            };
            let mut coming = padded();
            let mut sum: u32 = coming.by_ref().take(2 * radius).map(u32::from).sum();
            for (coming, leaving) in coming.zip(padded()) {
                sum += u32::from(coming);
                dots.push(narrow(sum / width));
                sum -= u32::from(leaving);
            }
        }
        Self {
            width: self.width,
            height: self.height,
            dots,
        }
    }

    /// Rows as columns, in squares that fit into the processor's cache.
    pub(super) fn turned(&self) -> Self {
        const SQUARE: usize = 32;
        let mut dots = vec![0; self.dots.len()];
        for (band, rows) in self.dots.chunks(self.width * SQUARE).enumerate() {
            let rows: Vec<&[u8]> = rows.chunks_exact(self.width).collect();
            for (x, column) in dots.chunks_exact_mut(self.height).enumerate() {
                let to = column.iter_mut().skip(band * SQUARE);
                for (to, row) in to.zip(&rows) {
                    *to = row.get(x).copied().unwrap_or(0);
                }
            }
        }
        Self {
            width: self.height,
            height: self.width,
            dots,
        }
    }

    /// Each dot as the middle one of the nine around it: takes single specks away and keeps edges.
    pub(super) fn median(&self) -> Self {
        let mut dots = self.dots.clone();
        let rows: Vec<&[u8]> = self.rows().collect();
        let inner = dots.chunks_exact_mut(self.width).skip(1);
        for (to, three) in inner.zip(rows.windows(3)) {
            let [above, here, below] = three else {
                continue;
            };
            let threes = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
            for (to, ((a, b), c)) in to.iter_mut().skip(1).zip(threes) {
                if let ([a, b, c], [d, e, f], [g, h, i]) = (a, b, c) {
                    *to = middle([*a, *b, *c, *d, *e, *f, *g, *h, *i]);
                }
            }
        }
        Self {
            width: self.width,
            height: self.height,
            dots,
        }
    }

    /// The darkest dot of three by three, or the lightest: closes thin white cracks, or thins spread ink.
    pub(super) fn extreme(&self, darkest: bool) -> Self {
        let pick = |a: u8, b: u8| if darkest { a.min(b) } else { a.max(b) };
        self.extreme_rows(pick).turned().extreme_rows(pick).turned()
    }

    fn extreme_rows(&self, pick: impl Fn(u8, u8) -> u8) -> Self {
        let mut dots = self.dots.clone();
        for (to, row) in dots.chunks_exact_mut(self.width).zip(self.rows()) {
            for (to, three) in to.iter_mut().skip(1).zip(row.windows(3)) {
                *to = three.iter().copied().fold(*to, &pick);
            }
        }
        Self {
            width: self.width,
            height: self.height,
            dots,
        }
    }

    /// Turned by an angle about its middle, white where nothing was.
    pub(super) fn rotated(&self, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (w, h) = (self.width as f32, self.height as f32);
        let width = (w * cos.abs() + h * sin.abs()).ceil() as usize;
        let height = (w * sin.abs() + h * cos.abs()).ceil() as usize;
        let (mid_x, mid_y) = (width as f32 / 2.0, height as f32 / 2.0);
        let mut dots = Vec::with_capacity(width * height);
        for y in 0..height {
            let dy = y as f32 + 0.5 - mid_y;
            for x in 0..width {
                let dx = x as f32 + 0.5 - mid_x;
                let from_x = dx * cos + dy * sin + w / 2.0 - 0.5;
                let from_y = dy * cos - dx * sin + h / 2.0 - 0.5;
                dots.push(self.between(from_x, from_y));
            }
        }
        Self {
            width,
            height,
            dots,
        }
    }

    /// The dot at a place between dots; white outside.
    fn between(&self, x: f32, y: f32) -> u8 {
        if x < 0.0 || y < 0.0 {
            return 255;
        }
        let (column, row) = (x as usize, y as usize);
        if column + 1 >= self.width || row + 1 >= self.height {
            return 255;
        }
        let at = row * self.width + column;
        let (right, down) = ((x.fract() * 256.0) as u32, (y.fract() * 256.0) as u32);
        let line = |at: usize| match self.dots.get(at..at + 2) {
            Some([a, b]) => u32::from(*a) * (256 - right) + u32::from(*b) * right,
            _ => 0xff00,
        };
        narrow((line(at) * (256 - down) + line(at + self.width) * down) >> 16)
    }
}

/// The fifth of nine.
fn middle(mut nine: [u8; 9]) -> u8 {
    let (_, &mut middle, _) = nine.select_nth_unstable(4);
    middle
}

fn narrow(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(255)
}
