//! Who hears whom, and how well.

use std::fmt;

use super::rng::ALWAYS;

/// Signal strength between neighbours of a line, a grid, or of `all`, where there are no distances.
const NEIGHBOUR_DBM: i16 = -60;
/// `All` makes links of the square of the nodes.
const MOST_IN_ALL: usize = 2_000;

/// Where a node stands, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Metres to the east.
    pub x_m: f64,
    /// Metres to the north.
    pub y_m: f64,
}

/// How nodes lie to each other.
#[derive(Debug, Clone, PartialEq)]
pub enum Topology {
    /// Each hears the one before and the one after.
    Line,
    /// A square, filled row by row: each hears up to four.
    Grid,
    /// Each hears each.
    All,
    /// Signals weaken with the distance.
    Positions(Vec<Position>, PathLoss),
}

/// The log-distance path-loss model: what a receiver gets is the power sent less the loss over one metre, less
/// 10 x exponent x log10(metres).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathLoss {
    /// Power sent, dBm.
    pub power_dbm: f64,
    /// Loss over the first metre, dB; 40 at 2.4 GHz.
    pub at_one_metre_db: f64,
    /// 2 in free space, 3 to 4 in buildings.
    pub exponent: f64,
    /// The weakest signal that is heard at all, dBm. From here on the share of frames that come through grows
    /// to all of them [`GREY_DB`] above.
    pub sensitivity_dbm: f64,
}

/// Width of the grey region above the sensitivity, dB: here links lose frames.
pub const GREY_DB: f64 = 6.0;

impl Default for PathLoss {
    /// A CC2420 or AT86RF231 at 0 dBm in a building: 63 m at most.
    fn default() -> Self {
        Self {
            power_dbm: 0.0,
            at_one_metre_db: 40.0,
            exponent: 3.0,
            sensitivity_dbm: -94.0,
        }
    }
}

impl PathLoss {
    /// What arrives over this distance, dBm. Below one metre nothing more is lost.
    #[must_use]
    pub fn rssi_dbm(&self, metres: f64) -> f64 {
        self.power_dbm - self.at_one_metre_db - 10.0 * self.exponent * libm::log10(metres.max(1.0))
    }

    /// How far anything is heard, metres.
    #[must_use]
    pub fn range_m(&self) -> f64 {
        let left_db = self.power_dbm - self.at_one_metre_db - self.sensitivity_dbm;
        libm::pow(10.0, left_db / (10.0 * self.exponent)).max(1.0)
    }
}

/// Why there is no such network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopologyError {
    /// No node at all.
    Empty,
    /// More nodes than this have no addresses.
    TooMany(usize),
    /// More nodes than this cannot all hear each other here.
    TooManyInAll(usize),
    /// There are this many positions, and another number of nodes.
    Positions(usize),
    /// The numbers of the path-loss model make no sense.
    PathLoss,
}

impl fmt::Display for TopologyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a network has one node or more"),
            Self::TooMany(most) => write!(f, "a network has at most {most} nodes"),
            Self::TooManyInAll(most) => write!(f, "at most {most} nodes all hear each other"),
            Self::Positions(given) => write!(f, "there are positions for {given} nodes"),
            Self::PathLoss => f.write_str("the path-loss model has no range"),
        }
    }
}

impl std::error::Error for TopologyError {}

/// One node hears another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) to: u32,
    pub(super) rssi_dbm: i16,
    /// Share of frames that come through, of [`ALWAYS`], less one.
    share: u16,
}

impl Hop {
    fn new(to: usize, rssi_dbm: f64, share: f64) -> Self {
        Self {
            to: to as u32,
            rssi_dbm: libm::round(rssi_dbm) as i16,
            share: (share * f64::from(u16::MAX)) as u16,
        }
    }

    /// Share of frames that come through, of [`ALWAYS`].
    pub(super) fn share(self) -> u32 {
        u32::from(self.share) + 1
    }

    /// What a CC2420 would show: 50 for the weakest signal, 110 for a good one.
    pub(super) fn lqi(rssi_dbm: i16) -> u8 {
        (2 * (i32::from(rssi_dbm) + 94) + 50).clamp(50, 110) as u8
    }
}

/// All links, by who sends.
#[derive(Debug)]
pub(super) struct Links {
    first: Vec<u32>,
    hops: Vec<Hop>,
}

impl Links {
    pub(super) fn new(topology: &Topology, nodes: usize) -> Result<Self, TopologyError> {
        if nodes == 0 {
            return Err(TopologyError::Empty);
        }
        let plain = |to| Hop {
            to: to as u32,
            rssi_dbm: NEIGHBOUR_DBM,
            share: (ALWAYS - 1) as u16,
        };
        match topology {
            Topology::Line => Ok(Self::collect(nodes, |at, hops| {
                hops.extend(at.checked_sub(1).map(plain));
                hops.extend((at + 1 < nodes).then_some(at + 1).map(plain));
            })),
            Topology::Grid => {
                let width = grid_width(nodes);
                Ok(Self::collect(nodes, |at, hops| {
                    let column = at % width;
                    hops.extend(at.checked_sub(width).map(plain));
                    hops.extend((column > 0).then(|| plain(at - 1)));
                    hops.extend((column + 1 < width && at + 1 < nodes).then(|| plain(at + 1)));
                    hops.extend((at + width < nodes).then(|| plain(at + width)));
                }))
            }
            Topology::All if nodes > MOST_IN_ALL => Err(TopologyError::TooManyInAll(MOST_IN_ALL)),
            Topology::All => Ok(Self::collect(nodes, |at, hops| {
                hops.extend((0..nodes).filter(|&to| to != at).map(plain));
            })),
            Topology::Positions(positions, _) if positions.len() != nodes => {
                Err(TopologyError::Positions(positions.len()))
            }
            Topology::Positions(positions, model) => Self::in_the_plane(positions, model),
        }
    }

    fn collect(nodes: usize, mut add: impl FnMut(usize, &mut Vec<Hop>)) -> Self {
        let (mut first, mut hops) = (Vec::with_capacity(nodes + 1), Vec::new());
        first.push(0);
        for at in 0..nodes {
            add(at, &mut hops);
            first.push(hops.len() as u32);
        }
        Self { first, hops }
    }

    /// Only nodes in the same or a neighbouring square of the model's range are compared.
    fn in_the_plane(positions: &[Position], model: &PathLoss) -> Result<Self, TopologyError> {
        let range = model.range_m();
        let numbers = positions
            .iter()
            .all(|at| at.x_m.is_finite() && at.y_m.is_finite());
        if !range.is_finite() || model.exponent <= 0.0 || !numbers {
            return Err(TopologyError::PathLoss);
        }
        let square = |at: &Position| {
            let side = |metres: f64| libm::floor(metres / range) as i64;
            (side(at.x_m), side(at.y_m))
        };
        let mut squares = std::collections::BTreeMap::<(i64, i64), Vec<usize>>::new();
        for (index, at) in positions.iter().enumerate() {
            squares.entry(square(at)).or_default().push(index);
        }
        Ok(Self::collect(positions.len(), |index, hops| {
            let at = positions[index];
            let (column, row) = square(&at);
            let begin = hops.len();
            for (x, y) in (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y))) {
                for &to in squares.get(&(x, y)).map_or(&[][..], Vec::as_slice) {
                    let metres = libm::hypot(positions[to].x_m - at.x_m, positions[to].y_m - at.y_m);
                    let rssi_dbm = model.rssi_dbm(metres);
                    let above_db = rssi_dbm - model.sensitivity_dbm;
                    if to != index && above_db > 0.0 {
                        hops.push(Hop::new(to, rssi_dbm, (above_db / GREY_DB).min(1.0)));
                    }
                }
            }
            hops[begin..].sort_unstable_by_key(|hop| hop.to);
        }))
    }

    /// Who hears node `from`.
    pub(super) fn of(&self, from: usize) -> &[Hop] {
        &self.hops[self.first[from] as usize..self.first[from + 1] as usize]
    }
}

/// Nodes in a row of the smallest square that holds them all.
fn grid_width(nodes: usize) -> usize {
    (1..).find(|width| width * width >= nodes).unwrap_or(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours(topology: &Topology, nodes: usize) -> Vec<Vec<u32>> {
        let links = Links::new(topology, nodes).unwrap();
        (0..nodes)
            .map(|at| links.of(at).iter().map(|hop| hop.to).collect())
            .collect()
    }

    #[test]
    fn lines_grids_and_all() {
        assert_eq!(neighbours(&Topology::Line, 3), [vec![1], vec![0, 2], vec![1]]);
        assert_eq!(
            neighbours(&Topology::All, 3),
            [vec![1, 2], vec![0, 2], vec![0, 1]]
        );
        // 0 1 2
        // 3 4 5
        // 6 7
        let grid = neighbours(&Topology::Grid, 8);
        assert_eq!(grid[0], [1, 3]);
        assert_eq!(grid[4], [1, 3, 5, 7]);
        assert_eq!(grid[5], [2, 4]);
        assert_eq!(grid[7], [4, 6]);
        assert_eq!(Links::new(&Topology::Line, 0).unwrap_err(), TopologyError::Empty);
        assert_eq!(neighbours(&Topology::Line, 1), [vec![]; 1]);
    }

    #[test]
    fn signals_weaken_with_the_distance() {
        let model = PathLoss::default();
        assert_eq!(model.rssi_dbm(1.0), -40.0);
        assert_eq!(model.rssi_dbm(10.0), -70.0);
        assert!((63.0..63.2).contains(&model.range_m()));
        let at = |x_m| Position { x_m, y_m: 0.0 };
        let positions = vec![at(0.0), at(10.0), at(-50.0), at(200.0)];
        let links = Links::new(&Topology::Positions(positions, model), 4).unwrap();
        assert_eq!(links.of(0).len(), 2);
        let (near, far) = (links.of(0)[0], links.of(0)[1]);
        assert_eq!((near.to, near.rssi_dbm, near.share()), (1, -70, ALWAYS));
        assert_eq!((far.to, far.rssi_dbm), (2, -91));
        // 3 of 6 dB above the sensitivity: about half of the frames come through.
        assert!((30_000..36_000).contains(&far.share()), "{far:?}");
        assert_eq!(links.of(1).len(), 2, "60 m are still heard");
        assert_eq!(links.of(3), []);
    }

    #[test]
    fn squares_find_the_same_neighbours_as_comparing_all() {
        let mut rng = super::super::rng::Rng::new(7);
        let model = PathLoss::default();
        let positions: Vec<Position> = (0..200)
            .map(|_| Position {
                x_m: f64::from(rng.below(500)) - 250.0,
                y_m: f64::from(rng.below(500)) - 250.0,
            })
            .collect();
        let found = neighbours(&Topology::Positions(positions.clone(), model), 200);
        for (a, neighbours) in found.iter().enumerate() {
            let all: Vec<u32> = (0..200u32)
                .filter(|&b| {
                    let b = b as usize;
                    let (x, y) = (
                        positions[a].x_m - positions[b].x_m,
                        positions[a].y_m - positions[b].y_m,
                    );
                    a != b && model.rssi_dbm(libm::hypot(x, y)) > model.sensitivity_dbm
                })
                .collect();
            assert_eq!(*neighbours, all, "node {a}");
        }
    }
}
