//! Tables of rows of one width, read in place: a stored rulebook is used as it lies, nothing is decoded before it is needed.

/// A value that takes the same number of bytes wherever it is stored. Numbers are little endian.
pub trait Row: Copy {
    /// Bytes of one value.
    const WIDTH: usize;
    /// Appends the value.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads the value from its first `WIDTH` bytes.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! number_rows {
    ($($number:ty)*) => {$(
        impl Row for $number {
            const WIDTH: usize = size_of::<$number>();

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<$number>()];
                own.copy_from_slice(&bytes[..size_of::<$number>()]);
                <$number>::from_le_bytes(own)
            }
        }
    )*};
}
number_rows!(u8 u16 u32 i32 i64);

impl Row for bool {
    const WIDTH: usize = 1;

    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(bytes: &[u8]) -> Self {
        bytes[0] != 0
    }
}

/// Declares a struct whose fields are rows, one after the other.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        impl $crate::pack::Row for $name {
            const WIDTH: usize = 0 $(+ <$ty as $crate::pack::Row>::WIDTH)*;

            fn write(&self, out: &mut Vec<u8>) {
                $($crate::pack::Row::write(&self.$field, out);)*
            }

            fn read(bytes: &[u8]) -> Self {
                let mut rest = bytes;
                $(
                    let (own, next) = rest.split_at(<$ty as $crate::pack::Row>::WIDTH);
                    let $field = <$ty as $crate::pack::Row>::read(own);
                    rest = next;
                )*
                let _ = rest;
                $name { $($field,)* }
            }
        }
    };
}
pub(super) use row;

/// Declares an enum without fields that is stored as one byte, the number of its variant.
macro_rules! byte_row {
    ($($ty:ty { $($variant:ident)* })*) => {$(
        impl $crate::pack::Row for $ty {
            const WIDTH: usize = 1;

            fn write(&self, out: &mut Vec<u8>) {
                const ALL: &[$ty] = &[$(<$ty>::$variant),*];
                out.push(ALL.iter().position(|v| v == self).map_or(0, |i| i as u8));
            }

            fn read(bytes: &[u8]) -> Self {
                const ALL: &[$ty] = &[$(<$ty>::$variant),*];
                ALL[bytes[0] as usize]
            }
        }
    )*};
}
pub(super) use byte_row;

/// Rows that lie one after the other in the bytes of a rulebook.
#[derive(Debug)]
pub struct Table<'a, R> {
    bytes: &'a [u8],
    of: std::marker::PhantomData<R>,
}

impl<R> Clone for Table<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Table<'_, R> {}

impl<'a, R: Row> Table<'a, R> {
    /// The table that lies in these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Table { bytes, of: std::marker::PhantomData }
    }

    /// Number of rows.
    pub fn len(self) -> u32 {
        (self.bytes.len() / R::WIDTH) as u32
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.bytes.len() < R::WIDTH
    }

    /// The row at an index.
    ///
    /// **Panics** when the index is not one of the table; the indices in a rulebook are checked when it is opened.
    #[inline]
    pub fn at(self, index: u32) -> R {
        let start = index as usize * R::WIDTH;
        R::read(&self.bytes[start..start + R::WIDTH])
    }

    /// The row at an index, or nothing.
    pub fn get(self, index: u32) -> Option<R> {
        let start = (index as usize).checked_mul(R::WIDTH)?;
        self.bytes.get(start..start + R::WIDTH).map(R::read)
    }

    /// The rows of a range.
    pub fn slice(self, range: super::Slice) -> impl ExactSizeIterator<Item = R> + use<'a, R> {
        let start = range.start as usize * R::WIDTH;
        self.bytes[start..start + range.length as usize * R::WIDTH].chunks_exact(R::WIDTH).map(R::read)
    }

    /// All rows.
    pub fn iter(self) -> impl ExactSizeIterator<Item = R> + use<'a, R> {
        self.bytes.chunks_exact(R::WIDTH).map(R::read)
    }
}

/// Rows as bytes.
pub fn bytes_of<R: Row>(rows: &[R]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * R::WIDTH);
    rows.iter().for_each(|r| r.write(&mut out));
    out
}
