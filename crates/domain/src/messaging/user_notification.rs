use super::{EventName, EventNotificationId, MessagingFault};
use crate::identity::{Permission, Rights, UserId};
use crate::value::{Entity, FaultCode as _, Field, Refusal, Set, text_enum};

text_enum! {
    /// How users are told of events.
    Channel {
        /// By mail to their address.
        Email = "email",
        /// By Slack, to the chat of their profile.
        Slack = "slack",
        /// By a text to their phone.
        Sms = "sms",
        /// By Telegram, to the chat of their profile.
        Telegram = "telegram",
    }
}

/// The names of templates, for the channels that have another than the delivered one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
pub struct ChannelTemplates {
    /// The name of a notification type.
    pub email: Option<String>,
    /// The same for texts to phones.
    pub sms: Option<String>,
    /// The same for Slack.
    pub slack: Option<String>,
    /// The same for Telegram.
    pub telegram: Option<String>,
}

impl ChannelTemplates {
    /// Sets the one of a channel.
    pub fn set(&mut self, channel: Channel, template: Option<String>) {
        let own = match channel {
            Channel::Email => &mut self.email,
            Channel::Sms => &mut self.sms,
            Channel::Slack => &mut self.slack,
            Channel::Telegram => &mut self.telegram,
        };
        *own = template;
    }

    /// The one of a channel.
    #[must_use]
    pub fn of(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email.as_deref(),
            Channel::Sms => self.sms.as_deref(),
            Channel::Slack => self.slack.as_deref(),
            Channel::Telegram => self.telegram.as_deref(),
        }
    }
}

/// Whose notifications somebody sees and sets up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationScope {
    /// Those of everybody.
    All,
    /// Their own.
    Own(UserId),
}

impl NotificationScope {
    /// A user sees their own, and with `eventNotifications.readAll` those of others.
    #[must_use]
    pub fn of(rights: &Rights, user: UserId) -> Self {
        if rights.hold(Permission::EventNotificationsReadAll) { Self::All } else { Self::Own(user) }
    }

    /// Whether notifications of this user may be set up.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn check(self, user: UserId) -> Result<(), Refusal> {
        match self {
            Self::Own(own) if own != user => {
                Err(Refusal::NotAllowed(vec![MessagingFault::OthersNotification.at(Field::User)]))
            }
            Self::All | Self::Own(_) => Ok(()),
        }
    }
}

/// That a user is told of every event of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventNotification {
    /// What they are told of.
    pub event: EventName,
    /// What users note on it.
    pub description: Option<String>,
    /// Who is told.
    pub user: UserId,
    /// How.
    pub channels: Set<Channel>,
    /// By which texts.
    pub templates: ChannelTemplates,
    /// Whether they are told.
    pub is_enabled: bool,
}

impl Entity for EventNotification {
    type Id = EventNotificationId;
    const RESOURCE: &'static str = "event_notification";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_sees_all_sets_up_those_of_others() {
        let (ann, bob) = (UserId::new(1), UserId::new(2));
        assert!(NotificationScope::Own(ann).check(ann).is_ok());
        assert!(matches!(NotificationScope::Own(ann).check(bob), Err(Refusal::NotAllowed(_))));
        assert!(NotificationScope::All.check(bob).is_ok());
    }
}
