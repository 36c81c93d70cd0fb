//! The macro behind [`Screen`](super::screens::Screen) and
//! [`Overlay`](super::overlays::Overlay).

/// Declares an enum with a variant per layer type, and access to each as a `dyn Layer`.
macro_rules! kinds {
    ($(#[$about:meta])* $kind:ident { $($name:ident($state:ty)),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub enum $kind { $(
            /// The layer with this state.
            $name(Box<$state>)
        ),* }

        impl $kind {
            /// The layer.
            #[must_use]
            pub fn layer(&self) -> &dyn $crate::app::layer::Layer {
                match self { $(Self::$name(state) => &**state),* }
            }

            /// The layer, for changes.
            pub fn layer_mut(&mut self) -> &mut dyn $crate::app::layer::Layer {
                match self { $(Self::$name(state) => &mut **state),* }
            }
        }
    };
}

pub(super) use kinds;
