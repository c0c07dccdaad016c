//! Makes frames on several threads and writes them in order on one more.
//!
//! Knows buffers, threads and frames, and nothing of what the bytes mean. What it writes depends only on the bytes and
//! the level, not on the number of threads.
//!
//! The caller fills a buffer, hands it to the workers in turn (frame 0 to worker 0, frame 1 to worker 1, ...), and the
//! writing thread collects from them in the same turn: that keeps the order without numbering anything. Every buffer
//! comes from a pool of fixed size and goes back to it, and that bounds memory: the channels need no bound of their own.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::FRAME;
use super::context::Compressor;

/// Compresses what is written to it into frames of [`FRAME`] plain bytes and writes those to a `W`.
///
/// At most `workers + 1` frames are under way, about 8 MiB each. `W` lives on a thread of its own, because encrypting
/// costs as much as compressing; an error of `W` comes back from the next write or from `finish`. Without
/// [`FrameWriter::finish`] the stream is incomplete: dropping stops the threads and waits for them. `flush` does
/// nothing, as a frame goes out when it is full.
pub struct FrameWriter<W> {
    /// The frame that is being filled. Without capacity between frames.
    filling: Vec<u8>,
    plain: Pool,
    packed: Pool,
    jobs: Vec<Sender<Job>>,
    sent: usize,
    workers: Vec<JoinHandle<()>>,
    writing: Option<JoinHandle<io::Result<Written<W>>>>,
    stop: Arc<AtomicBool>,
}

/// A frame to be made: its bytes, and the buffer to make it in.
struct Job {
    plain: Vec<u8>,
    packed: Vec<u8>,
}

/// What the writing thread did.
struct Written<W> {
    to: W,
    len: u64,
    frames: usize,
}

impl<W: Write + Send + 'static> FrameWriter<W> {
    /// A writer of frames of zstd's `level` to `inner`, made on `workers` threads (at least one).
    ///
    /// # Errors
    /// `OutOfMemory`, or that no thread can be started.
    pub fn new(inner: W, level: i32, workers: usize) -> io::Result<Self> {
        let workers = workers.max(1);
        let (plain_back, plain) = Pool::new(workers + 1, FRAME);
        let (packed_back, packed) = Pool::new(workers + 1, zstd_safe::compress_bound(FRAME));
        let stop = Arc::new(AtomicBool::new(false));
        let (mut jobs, mut made, mut threads) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..workers {
            let (job_sender, job_receiver) = channel();
            let (made_sender, made_receiver) = channel();
            let (compressor, back) = (Compressor::new(level)?, plain_back.clone());
            let work = move || compress_all(compressor, &job_receiver, &back, &made_sender);
            threads.push(Builder::new().name("compress".into()).spawn(work)?);
            jobs.push(job_sender);
            made.push(made_receiver);
        }
        let stopping = Arc::clone(&stop);
        let write = move || write_all(inner, &made, &packed_back, &stopping);
        let writing = Some(Builder::new().name("write".into()).spawn(write)?);
        Ok(Self {
            filling: Vec::new(),
            plain,
            packed,
            jobs,
            sent: 0,
            workers: threads,
            writing,
            stop,
        })
    }

    /// Makes and writes the last frame and gives back what was written to, not flushed, and the length in bytes of all
    /// frames. A stream of nothing is one empty frame.
    ///
    /// # Errors
    /// The first error of `W`, of this frame or an earlier one.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        if self.sent == 0 || !self.filling.is_empty() {
            self.send()?;
        }
        let sent = self.sent;
        let written = self.join()?;
        if written.frames != sent {
            return Err(stopped());
        }
        Ok((written.to, written.len))
    }
}

impl<W> FrameWriter<W> {
    /// Hands the frame that is being filled to the next worker.
    fn send(&mut self) -> io::Result<()> {
        let Some(packed) = self.packed.take() else {
            return Err(self.failure());
        };
        let job = Job {
            plain: std::mem::take(&mut self.filling),
            packed,
        };
        let worker = self.jobs.get(self.sent % self.jobs.len().max(1));
        if worker.is_none_or(|worker| worker.send(job).is_err()) {
            return Err(self.failure());
        }
        self.sent += 1;
        Ok(())
    }

    /// Lets the threads end and waits for them. A thread that panicked counts as an error.
    fn join(&mut self) -> io::Result<Written<W>> {
        self.jobs.clear();
        // Every one is waited for, also behind one that panicked.
        let mut panicked = false;
        for worker in self.workers.drain(..) {
            panicked |= worker.join().is_err();
        }
        let writing = self.writing.take().ok_or_else(stopped)?;
        let written = writing.join().map_err(|_| stopped())??;
        if panicked {
            Err(stopped())
        } else {
            Ok(written)
        }
    }

    /// Why a thread is gone: the writing thread's error, the first time.
    fn failure(&mut self) -> io::Error {
        self.stop.store(true, Ordering::Relaxed);
        self.join().err().unwrap_or_else(stopped)
    }
}

impl<W> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.filling.capacity() == 0 {
            let Some(buffer) = self.plain.take() else {
                return Err(self.failure());
            };
            self.filling = buffer;
        }
        let room = FRAME - self.filling.len();
        let (now, _) = bytes.split_at(bytes.len().min(room));
        self.filling.extend_from_slice(now);
        if self.filling.len() == FRAME {
            self.send()?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W> Drop for FrameWriter<W> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Dropped without `finish`: the stream is incomplete whatever the threads say.
        drop(self.join());
    }
}

/// A worker's life: frames out of jobs, until there are no more or nobody wants them.
fn compress_all(
    mut compressor: Compressor,
    jobs: &Receiver<Job>,
    plain_back: &Sender<Vec<u8>>,
    made: &Sender<io::Result<Vec<u8>>>,
) {
    for Job {
        mut plain,
        mut packed,
    } in jobs
    {
        let frame = compressor.compress(&plain, &mut packed).map(|()| packed);
        plain.clear();
        // The caller may be gone, which is no concern of this frame.
        drop(plain_back.send(plain));
        if made.send(frame).is_err() {
            return;
        }
    }
}

/// The writing thread's life: takes a frame from each worker in turn, until the one whose turn it is has no more.
fn write_all<W: Write>(
    mut to: W,
    made: &[Receiver<io::Result<Vec<u8>>>],
    packed_back: &Sender<Vec<u8>>,
    stop: &AtomicBool,
) -> io::Result<Written<W>> {
    let (mut len, mut frames) = (0, 0);
    for worker in made.iter().cycle() {
        let Ok(frame) = worker.recv() else { break };
        let frame = frame?;
        if stop.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        to.write_all(&frame)?;
        len += frame.len() as u64;
        frames += 1;
        drop(packed_back.send(frame));
    }
    Ok(Written { to, len, frames })
}

/// Buffers that are used again and again, never more than `most` of them.
struct Pool {
    back: Receiver<Vec<u8>>,
    made: usize,
    most: usize,
    size: usize,
}

impl Pool {
    /// A pool of `most` buffers of `size` bytes, and the way back into it.
    fn new(most: usize, size: usize) -> (Sender<Vec<u8>>, Self) {
        let (give_back, back) = channel();
        (
            give_back,
            Self {
                back,
                made: 0,
                most,
                size,
            },
        )
    }

    /// A buffer; waits for one when all are in use. `None` when nobody is left who could give one back.
    fn take(&mut self) -> Option<Vec<u8>> {
        if let Ok(buffer) = self.back.try_recv() {
            return Some(buffer);
        }
        if self.made < self.most {
            self.made += 1;
            return Some(Vec::with_capacity(self.size));
        }
        self.back.recv().ok()
    }
}

fn stopped() -> io::Error {
    io::Error::other("compression stopped after an error")
}

#[cfg(test)]
mod tests {
    use super::super::FrameReader;
    use super::*;
    use std::io::{ErrorKind, Read};
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    /// Bytes that compress somewhat and differ in every frame.
    fn sample(len: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut step = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 58) as u8
        };
        // A period that no frame is a multiple of.
        let period: Vec<u8> = (0..len.min(299_993)).map(|_| step()).collect();
        period.iter().copied().cycle().take(len).collect()
    }

    fn packed(plain: &[u8], level: i32, workers: usize) -> Vec<u8> {
        let mut writer = FrameWriter::new(Vec::new(), level, workers).unwrap();
        writer.write_all(plain).unwrap();
        let (out, len) = writer.finish().unwrap();
        assert_eq!(out.len() as u64, len);
        out
    }

    #[test]
    fn what_was_written_comes_back_whatever_the_length() {
        for len in [
            0,
            1,
            1000,
            FRAME - 1,
            FRAME,
            FRAME + 1,
            3 * FRAME,
            9 * FRAME + 77,
        ] {
            let plain = sample(len);
            let mut back = Vec::new();
            FrameReader::new(&packed(&plain, 1, 2)[..])
                .unwrap()
                .read_to_end(&mut back)
                .unwrap();
            assert!(back == plain, "{len}");
        }
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_byte() {
        let plain = sample(7 * FRAME + 5);
        let one = packed(&plain, 1, 1);
        for workers in [0, 2, 3, 8] {
            assert!(packed(&plain, 1, workers) == one, "{workers}");
        }
    }

    #[test]
    fn the_sizes_of_the_writes_do_not_change_a_byte() {
        let plain = sample(FRAME + 100_000);
        let mut writer = FrameWriter::new(Vec::new(), 1, 2).unwrap();
        for piece in plain.chunks(997) {
            writer.write_all(piece).unwrap();
        }
        assert!(writer.finish().unwrap().0 == packed(&plain, 1, 2));
    }

    #[test]
    fn no_frame_holds_more_than_4_mib_and_each_stands_alone() {
        let plain = sample(2 * FRAME + 10);
        let out = packed(&plain, 3, 2);
        let mut rest = &out[..];
        let mut sizes = Vec::new();
        while !rest.is_empty() {
            let len = zstd_safe::find_frame_compressed_size(rest).unwrap();
            let (frame, behind) = rest.split_at(len);
            let mut alone = Vec::new();
            FrameReader::new(frame)
                .unwrap()
                .read_to_end(&mut alone)
                .unwrap();
            assert!(plain[sizes.iter().sum::<usize>()..].starts_with(&alone));
            assert_eq!(
                zstd_safe::get_frame_content_size(frame).unwrap(),
                Some(alone.len() as u64)
            );
            sizes.push(alone.len());
            rest = behind;
        }
        assert_eq!(sizes, [FRAME, FRAME, 10]);
    }

    #[test]
    fn a_stream_of_nothing_is_one_empty_frame() {
        let out = packed(&[], 1, 2);
        assert_eq!(
            zstd_safe::find_frame_compressed_size(&out).unwrap(),
            out.len()
        );
        assert_eq!(zstd_safe::get_frame_content_size(&out).unwrap(), Some(0));
    }

    /// Takes `room` bytes and then has no more space.
    struct Small {
        room: usize,
    }

    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let len = bytes.len().min(self.room);
            self.room -= len;
            if len == 0 {
                Err(ErrorKind::StorageFull.into())
            } else {
                Ok(len)
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_error_below_comes_back_from_a_later_write() {
        let plain = sample(FRAME);
        let mut writer = FrameWriter::new(Small { room: 1_000_000 }, 1, 2).unwrap();
        let failed = (0..50)
            .find_map(|_| writer.write_all(&plain).err())
            .unwrap();
        assert_eq!(failed.kind(), ErrorKind::StorageFull);
        assert!(writer.write_all(&plain).is_err(), "and it does not go on");
        assert!(writer.finish().is_err());
    }

    #[test]
    fn an_error_below_comes_back_from_finish() {
        for room in [0, 100] {
            let mut writer = FrameWriter::new(Small { room }, 1, 2).unwrap();
            writer.write_all(&sample(10_000)).unwrap();
            let failed = writer.finish().err().unwrap();
            assert_eq!(failed.kind(), ErrorKind::StorageFull);
        }
    }

    /// Panics as soon as it is used.
    struct Panicking;

    impl Write for Panicking {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            panic!("on purpose")
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_below_is_an_error_and_not_a_short_stream() {
        let mut writer = FrameWriter::new(Panicking, 1, 2).unwrap();
        writer.write_all(b"something").unwrap();
        assert!(writer.finish().is_err());
    }

    /// Waits for a word at every write, and says when it is dropped.
    struct Slow {
        go: Receiver<()>,
        dropped: Sender<&'static str>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Once nobody can say the word, it goes on without.
            let _ = self.go.recv();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Drop for Slow {
        fn drop(&mut self) {
            self.dropped.send("dropped").unwrap();
        }
    }

    #[test]
    fn dropping_without_finish_ends_every_thread() {
        for frames in [0, 1, 3] {
            let (go, wait) = channel();
            let (say, said) = channel();
            let mut writer = FrameWriter::new(
                Slow {
                    go: wait,
                    dropped: say,
                },
                1,
                2,
            )
            .unwrap();
            writer.write_all(&sample(frames * FRAME + 3)).unwrap();
            drop(go);
            drop(writer);
            // The threads were waited for, so this was said before.
            assert_eq!(said.try_recv().unwrap(), "dropped");
        }
    }

    #[test]
    fn a_slow_writer_below_holds_the_caller_up_at_workers_and_one_frames() {
        let (go, wait) = channel();
        let (say, _said) = channel();
        let mut writer = FrameWriter::new(
            Slow {
                go: wait,
                dropped: say,
            },
            1,
            2,
        )
        .unwrap();
        let (tell, told) = channel();
        let caller = std::thread::spawn(move || {
            let plain = sample(FRAME);
            for _ in 0..8 {
                writer.write_all(&plain).unwrap();
                tell.send(()).unwrap();
            }
            writer.finish().map(|(_, len)| len)
        });
        let mut taken = 0;
        while told.recv_timeout(Duration::from_millis(1500)) != Err(RecvTimeoutError::Timeout) {
            taken += 1;
        }
        assert_eq!(taken, 3);
        drop(go);
        assert!(caller.join().unwrap().unwrap() > 0);
    }
}
