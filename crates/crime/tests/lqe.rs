//! The link-quality estimators against floating point, on links that lose packets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Node, bytes};
use motebox_crime::modules::lqe::{Link, ONE};
use motebox_crime::modules::{id, lqe_ewma, lqe_linreg, lqe_ma, lqe_wmewma};
use motebox_crime::{Address, Info, ModuleSpec, StackSpec, Why};
use proptest::prelude::*;

const ALL: [u8; 4] = [id::LQE_MA, id::LQE_EWMA, id::LQE_WMEWMA, id::LQE_LINREG];

fn node(module: u8, params: &[(u8, u32)]) -> Node {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 128)]),
        ModuleSpec::new(module, params),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::APP, &[]),
    ];
    Node::new(1, &[StackSpec::new(&stack)])
}

fn links(node: &Node, module: u8) -> Vec<Link> {
    let state = node.0.module_state(128, module);
    match module {
        id::LQE_MA => lqe_ma::links(state).collect(),
        id::LQE_EWMA => lqe_ewma::links(state).collect(),
        id::LQE_WMEWMA => lqe_wmewma::links(state).collect(),
        _ => lqe_linreg::links(state).collect(),
    }
}

fn estimate(node: &Node, module: u8) -> f64 {
    f64::from(links(node, module)[0].estimate) / f64::from(ONE)
}

fn hear(node: &mut Node, now: u64, from: u8, number: u8, rssi_dbm: i16) -> u8 {
    let frame = bytes(&format!("8000{from:02x}00{number:02x}ff"));
    let info = Info {
        rssi_dbm,
        lqi: 1,
        ..Info::default()
    };
    node.0.receive(now, &frame, info).unwrap();
    node.full_events().last().unwrap().0.lqi
}

/// A run of packets of one neighbour: whether each arrives, and how strong.
type Run = Vec<(bool, i16)>;

fn run_of_packets() -> impl Strategy<Value = Run> {
    (1u32..=100).prop_flat_map(|percent| {
        let one = (0u32..100, -100i16..-30).prop_map(move |(n, rssi)| (n < percent, rssi));
        prop::collection::vec(one, 1..300)
    })
}

/// Feeds the packets that arrive to the node, one each `gap_us`, and gives the outcomes up to the last of them: losses
/// after it are not known of.
fn feed(node: &mut Node, run: &Run, gap_us: u64) -> Run {
    let mut lost_in_row = 0;
    let mut known = 0;
    for (at, (arrives, rssi)) in run.iter().enumerate() {
        let now = at as u64 * gap_us;
        let _ = node.0.poll(now);
        // More than 127 numbers on is a restart: not what is tested here.
        lost_in_row = if *arrives { 0 } else { lost_in_row + 1 };
        if *arrives || lost_in_row == 100 {
            lost_in_row = 0;
            hear(node, now, 2, at as u8, *rssi);
            known = at + 1;
        }
    }
    let mut outcomes: Run = run[..known].to_vec();
    let mut lost_in_row = 0;
    for outcome in &mut outcomes {
        lost_in_row = if outcome.0 { 0 } else { lost_in_row + 1 };
        if lost_in_row == 100 {
            *outcome = (true, outcome.1);
            lost_in_row = 0;
        }
    }
    let first = outcomes
        .iter()
        .position(|(arrives, _)| *arrives)
        .unwrap_or(outcomes.len());
    outcomes.split_off(first)
}

fn share(outcomes: &[(bool, i16)], window: usize) -> f64 {
    let last = &outcomes[outcomes.len().saturating_sub(window)..];
    last.iter().filter(|(arrives, _)| *arrives).count() as f64 / last.len() as f64
}

/// The line by least squares at the newest point, in floating point.
fn regression(outcomes: &[(bool, i16)], window: usize) -> f64 {
    let mut points: Vec<(f64, f64)> = (0..outcomes.len())
        .filter(|&at| outcomes[at].0)
        .map(|at| (f64::from(outcomes[at].1), share(&outcomes[..=at], window)))
        .collect();
    let points = points.split_off(points.len().saturating_sub(8));
    let n = points.len() as f64;
    let (mx, my) = (
        points.iter().map(|p| p.0).sum::<f64>() / n,
        points.iter().map(|p| p.1).sum::<f64>() / n,
    );
    let xx: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
    let xy: f64 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
    let slope = if xx == 0.0 { 0.0 } else { xy / xx };
    (my + slope * (points.last().unwrap().0 - mx)).clamp(0.0, 1.0)
}

proptest! {
    #[test]
    fn the_moving_average_is_exact(run in run_of_packets(), window in 1u32..=32) {
        let mut node = node(id::LQE_MA, &[(1, 3600), (2, window)]);
        let outcomes = feed(&mut node, &run, 1000);
        prop_assume!(!outcomes.is_empty());
        let error = (estimate(&node, id::LQE_MA) - share(&outcomes, window as usize)).abs();
        prop_assert!(error < 2f64.powi(-22), "{error}");
    }

    #[test]
    fn ewma_keeps_its_bound(run in run_of_packets(), alpha in 0u32..=255) {
        let mut node = node(id::LQE_EWMA, &[(1, 3600), (2, alpha)]);
        let outcomes = feed(&mut node, &run, 1000);
        prop_assume!(!outcomes.is_empty());
        let alpha = f64::from(alpha) / 256.0;
        let exact = outcomes[1..].iter().fold(1.0, |e, (arrives, _)| {
            alpha * e + (1.0 - alpha) * f64::from(u8::from(*arrives))
        });
        let error = (estimate(&node, id::LQE_EWMA) - exact).abs();
        prop_assert!(error <= 2f64.powi(-15), "{error}");
    }

    #[test]
    fn wmewma_keeps_its_bound(run in run_of_packets(), alpha in 0u32..=255, period_s in 1u32..20) {
        let mut node = node(id::LQE_WMEWMA, &[(1, period_s), (2, alpha)]);
        // One packet a second, between the ends of periods: losses show with the packet after them.
        let mut exact: Option<f64> = None;
        let (mut received, mut all, mut last) = (0u32, 0u32, 0);
        let alpha_real = f64::from(alpha) / 256.0;
        for (at, (arrives, rssi)) in run.iter().enumerate() {
            let now = at as u64 * 1_000_000 + 500_000;
            let _ = node.0.poll(at as u64 * 1_000_000);
            if (at as u64).is_multiple_of(u64::from(period_s))
                && let Some(estimate) = &mut exact
            {
                let mean = if all == 0 { 0.0 } else { f64::from(received) / f64::from(all) };
                *estimate = alpha_real * *estimate + (1.0 - alpha_real) * mean;
                (received, all) = (0, 0);
            }
            if *arrives || (exact.is_some() && at - last == 100) {
                hear(&mut node, now, 2, at as u8, *rssi);
                if exact.is_none() {
                    exact = Some(1.0);
                    (received, all) = (1, 1);
                } else {
                    (received, all) = (received + 1, all + (at - last) as u32);
                }
                last = at;
            }
        }
        if let Some(exact) = exact {
            let error = (estimate(&node, id::LQE_WMEWMA) - exact).abs();
            prop_assert!(error < 2f64.powi(-14), "{error}");
        }
    }

    #[test]
    fn linear_regression_keeps_its_bound(run in run_of_packets(), window in 1u32..=32) {
        let mut node = node(id::LQE_LINREG, &[(1, 3600), (2, window)]);
        let outcomes = feed(&mut node, &run, 1000);
        prop_assume!(!outcomes.is_empty());
        let error = (estimate(&node, id::LQE_LINREG) - regression(&outcomes, window as usize)).abs();
        prop_assert!(error < 0.006, "{error}");
    }

    #[test]
    fn any_frame_is_survived(
        frames in prop::collection::vec((0u64..30_000_000, any::<i16>(), prop::collection::vec(any::<u8>(), 0..20)), 0..60)
    ) {
        for module in ALL {
            let mut node = node(module, &[(0, 3), (1, 1)]);
            let mut now = 0;
            for (pause, rssi_dbm, frame) in &frames {
                now += pause;
                let _ = node.0.poll(now);
                let mut bytes = vec![128, 0];
                bytes.extend_from_slice(frame);
                let _ = node.0.receive(now, &bytes, Info { rssi_dbm: *rssi_dbm, ..Info::default() });
                node.events();
                let links = links(&node, module);
                prop_assert!(links.len() <= 3);
                for link in links {
                    prop_assert!(link.estimate <= ONE, "{module} {link:?}");
                }
            }
        }
    }
}

#[test]
fn packets_carry_numbers_after_their_sender() {
    for module in ALL {
        let mut node = node(module, &[]);
        node.send(0, 128, 0, b"Hello\0");
        node.send(0, 128, 0, b"Hello\0");
        assert_eq!(
            node.frames(0),
            ["800001000148656c6c6f00", "800001000248656c6c6f00"]
        );
    }
}

#[test]
fn modules_above_keep_their_own_numbers() {
    let stack = [
        ModuleSpec::new(id::CHANNEL, &[(0, 144)]),
        ModuleSpec::new(id::LQE_MA, &[]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
        ModuleSpec::new(id::RUNICAST, &[]),
        ModuleSpec::new(id::APP, &[]),
    ];
    let mut node = Node::new(1, &[StackSpec::new(&stack)]);
    node.send(0, 144, 2, b"Hi");
    // Type and number of runicast, receiver and sender, then the number of the frame: 1 and 2.
    assert_eq!(node.frames(0), ["9000004000200020".to_string() + "4869"]);
    assert_eq!(node.run(1_000_000)[0].1, "9000004000200040".to_string() + "4869");
}

#[test]
fn above_an_estimator_the_link_quality_is_the_estimate() {
    for module in ALL {
        let mut node = node(module, &[]);
        assert_eq!(hear(&mut node, 0, 2, 0, -60), 255, "{module}");
    }
    let mut node = node(id::LQE_MA, &[(2, 4)]);
    hear(&mut node, 0, 2, 0, -60);
    assert_eq!(hear(&mut node, 1, 2, 2, -60), 170);
    assert_eq!(hear(&mut node, 2, 2, 4, -60), 128);
}

#[test]
fn a_number_heard_twice_or_far_behind_is_no_loss() {
    let mut node = node(id::LQE_MA, &[]);
    hear(&mut node, 0, 2, 10, -60);
    hear(&mut node, 1, 2, 10, -60);
    assert_eq!(estimate(&node, id::LQE_MA), 1.0);
    hear(&mut node, 2, 2, 1, -60);
    hear(&mut node, 3, 2, 2, -60);
    assert_eq!(estimate(&node, id::LQE_MA), 1.0);
    // Numbers wrap.
    hear(&mut node, 4, 2, 120, -60);
    hear(&mut node, 5, 2, 240, -60);
    for number in 241..=255u8 {
        hear(&mut node, 6, 2, number, -60);
    }
    hear(&mut node, 7, 2, 1, -60);
    // The last 32: 15 lost before 240; 240 to 255; 0 lost; 1.
    let lost = 32.0 - 17.0;
    assert_eq!(estimate(&node, id::LQE_MA), (32.0 - lost) / 32.0);
}

#[test]
fn a_silent_neighbour_gets_worse_and_its_losses_count_once() {
    let s = 1_000_000;
    for module in [id::LQE_MA, id::LQE_EWMA, id::LQE_WMEWMA] {
        let mut node = node(module, &[(1, 10)]);
        hear(&mut node, s, 2, 0, -60);
        let _ = node.0.poll(10 * s);
        assert_eq!(estimate(&node, module), 1.0, "{module}");
        let _ = node.0.poll(20 * s);
        assert!(estimate(&node, module) < 1.0, "{module}");
    }
    let mut node = node(id::LQE_MA, &[(1, 10)]);
    hear(&mut node, s, 2, 0, -60);
    for n in 1..=4 {
        let _ = node.0.poll(n * 10 * s);
    }
    assert_eq!(estimate(&node, id::LQE_MA), 0.25);
    // It was three that were lost, as was taken for granted.
    hear(&mut node, 41 * s, 2, 4, -60);
    assert!((estimate(&node, id::LQE_MA) - 0.4).abs() < 1e-6);
}

#[test]
fn a_full_table_forgets_who_was_not_heard_for_longest() {
    for module in ALL {
        let mut node = node(module, &[(0, 3)]);
        for (at, from) in [2, 3, 4, 2, 5].into_iter().enumerate() {
            hear(&mut node, at as u64, from, at as u8, -60);
        }
        let heard: Vec<_> = links(&node, module).iter().map(|link| link.neighbour).collect();
        assert_eq!(heard, [5, 2, 4].map(|a| Address::new(a, 0)), "{module}");
    }
}

#[test]
fn a_line_tells_what_strength_is_worth() {
    // Strong packets come from runs without loss, weak ones from runs with: at a strength in between, the estimate
    // is in between, though the newest packets were all weak.
    let mut node = node(id::LQE_LINREG, &[(2, 4)]);
    let mut number = 0u8;
    let mut run = |node: &mut Node, step: u8, rssi| {
        for _ in 0..4 {
            number = number.wrapping_add(step);
            hear(node, 0, 2, number, rssi);
        }
    };
    run(&mut node, 1, -50);
    run(&mut node, 4, -90);
    let weak = estimate(&node, id::LQE_LINREG);
    run(&mut node, 1, -70);
    let strong = estimate(&node, id::LQE_LINREG);
    assert!(weak < strong, "{weak} {strong}");
}

#[test]
fn parameters_have_ranges() {
    let refused = |module: u8, param: (u8, u32)| {
        let params = [param];
        let stack = [
            ModuleSpec::new(id::CHANNEL, &[]),
            ModuleSpec::new(module, &params),
            ModuleSpec::new(id::BROADCAST, &[]),
            ModuleSpec::new(id::APP, &[]),
        ];
        Node::with(common::config(1))
            .compose(0, &[StackSpec::new(&stack)])
            .unwrap_err()
            .why
    };
    for module in ALL {
        let third = match module {
            id::LQE_MA | id::LQE_LINREG => [(2, 0), (2, 33)],
            _ => [(2, 256), (2, 257)],
        };
        for param in [(0, 0), (0, 33), (1, 0), (1, 3601)].into_iter().chain(third) {
            assert_eq!(refused(module, param), Why::OutOfRange(param.1), "{module}");
        }
    }
}
