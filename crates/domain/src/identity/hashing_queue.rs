/// How many passwords wait for their turn to be hashed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingQueue {
    /// All places.
    pub places: usize,
    /// The places that one IP address may take: the others are left to everybody else.
    pub per_address: usize,
}

/// Why a password cannot wait for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueFull {
    /// The IP address has its share already.
    ForThisAddress,
    /// Every place is taken.
    ForEveryone,
}

impl Default for HashingQueue {
    fn default() -> Self {
        Self { places: 64, per_address: 16 }
    }
}

impl HashingQueue {
    /// Whether one more password may wait, beside those that are taken in all and, for a caller who is not signed in,
    /// by the same address.
    ///
    /// # Errors
    /// Which places are taken.
    pub const fn check(self, taken: usize, by_address: usize) -> Result<(), QueueFull> {
        if by_address >= self.per_address {
            Err(QueueFull::ForThisAddress)
        } else if taken >= self.places {
            Err(QueueFull::ForEveryone)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_leaves_room_in_the_queue() {
        let queue = HashingQueue { places: 4, per_address: 2 };
        assert_eq!(queue.check(0, 0), Ok(()));
        assert_eq!(queue.check(2, 2), Err(QueueFull::ForThisAddress));
        assert_eq!(queue.check(3, 0), Ok(()));
        assert_eq!(queue.check(4, 0), Err(QueueFull::ForEveryone));
    }
}
