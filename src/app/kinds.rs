//! What is common to all kinds of layers.

/// Declares a kind of layers, and what is common to them.
macro_rules! kinds {
    ($(#[$about:meta])* $kind:ident { $($name:ident($state:ty)),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub enum $kind { $($name(Box<$state>)),* }

        impl $kind {
            #[must_use]
            pub fn layer(&self) -> &dyn $crate::app::layer::Layer {
                match self { $(Self::$name(state) => &**state),* }
            }

            pub fn layer_mut(&mut self) -> &mut dyn $crate::app::layer::Layer {
                match self { $(Self::$name(state) => &mut **state),* }
            }
        }
    };
}

pub(super) use kinds;
