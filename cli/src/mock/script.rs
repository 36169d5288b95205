//! A response body that plays an answer: bytes, pauses, and the way it ends.

use std::{
    collections::VecDeque,
    fmt,
    ops::Range,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use super::{
    fault::{Ending, Fault, When},
    format::Format,
    settings::Settings,
    stats::StreamWatch,
    stream::{Part, Stream},
};

/// Before a break: a reset may discard what the peer's application has not read yet.
const SETTLE: Duration = Duration::from_millis(20);

#[derive(Debug)]
enum Step {
    Send(Range<usize>),
    /// Let what was sent go out as a write of its own.
    Flush,
    /// Counted from when the last pause was due, so that a slow write does not slow the pace.
    Wait(Duration),
    /// Time for the peer to read what was sent before the connection breaks.
    Settle,
    Break {
        reset: bool,
    },
    Stall,
}

/// The error that makes hyper give up the connection (HTTP/1.1) or the stream (HTTP/2).
#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("The answer was broken off on purpose.")
    }
}

impl std::error::Error for Broken {}

#[derive(Debug, Default)]
pub struct Script {
    bytes: Bytes,
    steps: VecDeque<Step>,
    clock: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// Raised so that closing the connection sends RST instead of FIN.
    reset: Option<Arc<AtomicBool>>,
    watch: Option<StreamWatch>,
}

impl Script {
    /// The bytes, at once.
    pub fn plain(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let steps = match bytes.len() {
            0 => VecDeque::new(),
            length => VecDeque::from([Step::Send(0..length)]),
        };
        Self { bytes, steps, ..Self::default() }
    }

    /// The stream at the pace of the settings, until it ends or the fault ends it.
    pub fn play(
        mut stream: Stream,
        format: &dyn Format,
        settings: &Settings,
        fault: Option<Fault>,
    ) -> Self {
        let mut plan = Plan::default();
        let broken = match fault {
            Some(Fault::Broken(when, ending)) => Some((when, ending)),
            _ => None,
        };
        let malformed = match fault {
            Some(Fault::MalformedEvent(number)) => Some(number as usize),
            _ => None,
        };
        let played: Vec<(Range<usize>, Part)> = stream.ranges().collect();
        let mut extra = |write: &dyn Fn(&mut Stream)| {
            let start = stream.bytes.len();
            write(&mut stream);
            start..stream.bytes.len()
        };
        let first_token = Duration::from_millis(settings.ttft);
        if let Some((When::BeforeFirst, ending)) = broken {
            plan.wait(first_token);
            plan.end(ending, || extra(&|out| format.stream_error(out)));
        } else {
            let total = played.iter().filter(|(_, part)| *part == Part::Token).count();
            let mut sent = 0;
            for (number, (range, part)) in played.into_iter().enumerate() {
                if part == Part::Token && sent == 0 {
                    plan.wait(first_token);
                }
                if let Some((When::After(tokens), ending)) = broken
                    && sent >= total.min(tokens as usize)
                    && (part == Part::Token || sent > 0)
                {
                    plan.end(ending, || extra(&|out| format.stream_error(out)));
                    break;
                }
                if part == Part::Token {
                    if sent > 0 {
                        plan.wait(settings.token_interval());
                    }
                    sent += 1;
                }
                match malformed == Some(number + 1) {
                    true => plan.send(extra(&|out| format.malformed_event(out))),
                    false => plan.send(range),
                }
            }
        }
        let steps = match settings.split {
            Some(size) => split(plan.steps, size as usize),
            None => plan.steps,
        };
        Self { bytes: stream.bytes.into(), steps, ..Self::default() }
    }

    /// Takes the step at the front as done.
    fn advance(&mut self) {
        self.steps.pop_front();
        if self.steps.is_empty()
            && let Some(watch) = self.watch.take()
        {
            watch.finished();
        }
    }

    pub fn with_reset(mut self, reset: Arc<AtomicBool>) -> Self {
        self.reset = Some(reset);
        self
    }

    pub fn with_watch(mut self, watch: StreamWatch) -> Self {
        self.watch = Some(watch);
        self
    }
}

#[derive(Default)]
struct Plan {
    steps: VecDeque<Step>,
}

impl Plan {
    fn send(&mut self, range: Range<usize>) {
        if let Some(Step::Send(last)) = self.steps.back_mut()
            && last.end == range.start
        {
            last.end = range.end;
        } else {
            self.steps.push_back(Step::Send(range));
        }
    }

    fn wait(&mut self, pause: Duration) {
        if !pause.is_zero() {
            self.steps.push_back(Step::Wait(pause));
        }
    }

    fn end(&mut self, ending: Ending, error_event: impl FnOnce() -> Range<usize>) {
        match ending {
            Ending::Error => self.send(error_event()),
            Ending::Cut => {}
            Ending::Reset => self.steps.extend([Step::Settle, Step::Break { reset: true }]),
            Ending::Truncate => self.steps.extend([Step::Settle, Step::Break { reset: false }]),
            Ending::Stall => self.steps.push_back(Step::Stall),
        }
    }
}

/// The same steps, with each run of bytes sent `size` bytes at a time, across event borders.
fn split(steps: VecDeque<Step>, size: usize) -> VecDeque<Step> {
    let mut pieces = VecDeque::with_capacity(steps.len());
    for step in steps {
        match step {
            Step::Send(range) => {
                for start in range.clone().step_by(size) {
                    pieces.push_back(Step::Send(start..range.end.min(start + size)));
                    pieces.push_back(Step::Flush);
                }
            }
            other => pieces.push_back(other),
        }
    }
    pieces
}

impl Body for Script {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = &mut *self;
        loop {
            if let Some(sleep) = &mut this.sleep {
                std::task::ready!(sleep.as_mut().poll(context));
                this.sleep = None;
            }
            let Some(step) = this.steps.front() else { return Poll::Ready(None) };
            match step {
                Step::Send(range) => {
                    let bytes = this.bytes.slice(range.clone());
                    this.advance();
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Step::Flush => {
                    // Hyper writes what it has when a body has nothing more for the moment.
                    this.advance();
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Step::Wait(pause) => {
                    let now = Instant::now();
                    let due = this.clock.unwrap_or(now) + *pause;
                    this.clock = Some(due);
                    this.advance();
                    if due > now {
                        this.sleep = Some(Box::pin(tokio::time::sleep_until(due)));
                    }
                }
                Step::Settle => {
                    this.sleep = Some(Box::pin(tokio::time::sleep(SETTLE)));
                    this.advance();
                }
                Step::Break { reset } => {
                    if *reset && let Some(flag) = &this.reset {
                        flag.store(true, Ordering::Relaxed);
                    }
                    this.advance();
                    return Poll::Ready(Some(Err(Broken)));
                }
                Step::Stall => return Poll::Pending,
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match (self.steps.len(), self.steps.front()) {
            (0, _) => SizeHint::with_exact(0),
            (1, Some(Step::Send(range))) => SizeHint::with_exact(range.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
