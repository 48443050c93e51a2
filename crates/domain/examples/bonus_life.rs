//! A bonus from its award to its payout, without any server: each step with what it posts.
//!
//! `cargo run -p backoffice-domain --no-default-features --example bonus_life`, and with `-- diagram`
//! the diagram of the states, as it stands in `docs/bonuses.md`.

use backoffice_domain::bonuses::{
    Bonus, BonusEvent, BonusFacts, BonusTerms, MoneyStep, Position, decide, diagram, next_event,
};
use backoffice_domain::ledger::Amount;
use backoffice_domain::value::{Fault, List, Timestamp};

type Failure = Box<dyn std::error::Error>;

/// The bonus, and the two books of its account that it touches.
struct Life {
    bonus: Bonus,
    credit: Amount,
    balance: Amount,
    now: Timestamp,
}

impl Life {
    fn facts(&self) -> BonusFacts {
        BonusFacts { credit: self.credit, balance: self.balance, ..BonusFacts::default() }
    }

    /// Lets something happen, and posts what follows.
    fn take(&mut self, event: &BonusEvent) -> Result<(), Failure> {
        let before = self.bonus.state;
        let decision = decide(&self.bonus, event, &self.facts(), self.now)?;
        match decision.money {
            Some(MoneyStep::Credit(amount)) => self.credit = self.credit.plus(amount)?,
            Some(MoneyStep::Burn { taken, .. }) => self.credit = self.credit.minus(taken)?,
            Some(MoneyStep::Payout(amount)) => {
                self.credit = self.credit.minus(amount)?;
                self.balance = self.balance.plus(amount)?;
            }
            None => {}
        }
        self.bonus = decision.bonus;
        println!(
            "{:<14} {before} -> {}, {} of {} lots, credit {}, balance {}",
            event.name().as_str(),
            self.bonus.state,
            self.bonus.volume.plain(),
            self.bonus.required_volume.map_or_else(|| "?".to_owned(), Amount::plain),
            self.credit.plain(),
            self.balance.plain(),
        );
        Ok(())
    }

    /// What the engine does by itself.
    fn run(&mut self) -> Result<(), Failure> {
        while let Some(event) = next_event(&self.bonus, &self.facts(), self.now) {
            self.take(&event)?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == "diagram") {
        print!("{}", diagram());
        return Ok(());
    }
    let terms = BonusTerms {
        lifetime: 30,
        dynamic_lots: 2.into(),
        enable_auto_credit: false,
        scalping_threshold: 60,
        enable_trade: false,
        disabled_groups: List::default(),
    };
    let now: Timestamp = "2026-01-01T00:00:00+00:00".parse()?;
    let bonus = Bonus::awarded(100.into(), terms).map_err(Fault::unprocessable)?;
    let mut life = Life { bonus, credit: 0.into(), balance: 500.into(), now };
    life.run()?;
    for day in 1..=5 {
        life.now = life.now.plus(chrono::TimeDelta::days(1));
        let position = Position {
            external_id: day.to_string(),
            account_number: "1000001".into(),
            symbol: "EURUSD".into(),
            lots: 10.into(),
            open_time: life.now.plus(chrono::TimeDelta::hours(-1)),
            close_time: life.now,
            profit: None,
        };
        if position.counts_for(&life.bonus).is_ok() {
            life.take(&BonusEvent::CountPosition(position.lots))?;
        }
        life.run()?;
    }
    Ok(())
}
