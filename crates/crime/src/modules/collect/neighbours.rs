//! The neighbours of a node that collects: how far each says it is from the sink, and how many transmissions a packet
//! to it takes. Two words each.

/// One transmission, in metrics and estimates.
pub(super) const UNIT: u16 = 8;
/// What a link is taken for before anything was sent over it.
const UNKNOWN: u16 = 16 * UNIT;
/// No way to the sink.
pub(super) const METRIC_MAX: u16 = 64 * UNIT - 1;
/// Minutes after which a neighbour that has not been heard is forgotten, and an estimate that is not renewed.
const MAX_AGE: u8 = 180;
const MAX_ESTIMATE_AGE: u8 = 10;

/// A neighbour.
#[derive(Clone, Copy)]
pub(super) struct Neighbour {
    pub address: u16,
    /// Its distance from the sink, as it says.
    pub metric: u16,
    /// Transmissions a packet takes, in [`UNIT`]s; 0 when nothing is known.
    pub estimate: u16,
    age: u8,
    estimate_age: u8,
}

impl Neighbour {
    fn read(words: [u32; 2]) -> Neighbour {
        let [age, estimate_age, ..] = words[1].to_le_bytes();
        Neighbour {
            address: (words[0] >> 16) as u16,
            metric: words[0] as u16,
            estimate: (words[1] >> 16) as u16,
            age,
            estimate_age,
        }
    }

    fn write(self) -> [u32; 2] {
        [
            u32::from(self.address) << 16 | u32::from(self.metric),
            u32::from(self.estimate) << 16 | u32::from(u16::from_le_bytes([self.age, self.estimate_age])),
        ]
    }

    /// This node's distance from the sink over this neighbour.
    pub(super) fn over(self) -> u16 {
        let link = if self.estimate == 0 {
            UNKNOWN
        } else {
            self.estimate
        };
        self.metric.saturating_add(link)
    }

    /// It was heard to be so far from the sink.
    pub(super) fn says(&mut self, metric: u16) {
        self.metric = metric;
        self.age = 0;
    }

    /// A packet to it took so many transmissions.
    pub(super) fn sent(&mut self, transmissions: u16) {
        let new = transmissions.min(255) * UNIT;
        if new == 0 {
            return;
        }
        if self.estimate == 0 {
            self.estimate = new;
        }
        self.estimate = (new * 3 + self.estimate * (UNIT - 3)) / UNIT;
        (self.age, self.estimate_age) = (0, 0);
    }
}

/// The table, in a module's words.
pub(super) struct Table<'a>(pub &'a mut [[u32; 2]]);

impl Table<'_> {
    fn all(&self) -> impl Iterator<Item = Neighbour> + '_ {
        self.0
            .iter()
            .map(|words| Neighbour::read(*words))
            .filter(|n| n.address != 0)
    }

    pub(super) fn find(&mut self, address: u16) -> Option<Neighbour> {
        let words = self.place(address)?;
        (address != 0).then(|| Neighbour::read(*words))
    }

    /// Puts back what [`Self::find`] gave, changed.
    pub(super) fn put(&mut self, neighbour: Neighbour) {
        if let Some(words) = self.place(neighbour.address) {
            *words = neighbour.write();
        }
    }

    fn place(&mut self, address: u16) -> Option<&mut [u32; 2]> {
        self.0.iter_mut().find(|words| (words[0] >> 16) as u16 == address)
    }

    /// A new neighbour, in a free place or that of the one farthest from the sink, if the new one is nearer.
    pub(super) fn add(&mut self, address: u16, metric: u16) {
        let new = Neighbour {
            address,
            metric,
            estimate: 0,
            age: 0,
            estimate_age: 0,
        };
        let farthest = self
            .0
            .iter_mut()
            .max_by_key(|words| match Neighbour::read(**words) {
                Neighbour { address: 0, .. } => u32::MAX,
                neighbour => u32::from(neighbour.metric),
            });
        if let Some(words) = farthest {
            let old = Neighbour::read(*words);
            if old.address == 0 || metric < old.metric {
                *words = new.write();
            }
        }
    }

    /// The best way to the sink, if any is one.
    pub(super) fn best(&self) -> Option<Neighbour> {
        self.all()
            .filter(|n| n.over() < METRIC_MAX)
            .min_by_key(|n| n.over())
    }

    /// A neighbour well nearer the sink than `metric` to which nothing has ever been sent.
    pub(super) fn unprobed(&self, metric: u16) -> Option<Neighbour> {
        self.all()
            .find(|n| n.estimate == 0 && n.metric.saturating_add(UNIT) < metric)
    }

    /// A minute has gone by.
    pub(super) fn grow_older(&mut self) {
        for words in self.0.iter_mut().filter(|words| words[0] >> 16 != 0) {
            let mut n = Neighbour::read(*words);
            n.age += 1;
            n.estimate_age += 1;
            if n.estimate_age >= MAX_ESTIMATE_AGE {
                (n.estimate, n.estimate_age) = (0, 0);
            }
            *words = if n.age >= MAX_AGE { [0; 2] } else { n.write() };
        }
    }
}
