//! The part of the ONNX file format that Kokoro's model uses, as protobuf messages. Read and written by the Kokoro
//! rewrite; fields that are not here (shapes of inner values, documentation) are dropped on purpose.
//!
//! Field numbers: `onnx.proto` of the ONNX project (Apache-2.0). Lists of numbers are unpacked where that file says so.

/// Whole file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ModelProto {
    #[prost(int64, optional, tag = "1")]
    pub ir_version: Option<i64>,
    #[prost(string, optional, tag = "2")]
    pub producer_name: Option<String>,
    #[prost(string, optional, tag = "3")]
    pub producer_version: Option<String>,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSetIdProto>,
}

/// Operators of which domain, at which version.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OperatorSetIdProto {
    #[prost(string, optional, tag = "1")]
    pub domain: Option<String>,
    #[prost(int64, optional, tag = "2")]
    pub version: Option<i64>,
}

/// Nodes in order, constants, inputs and outputs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<NodeProto>,
    #[prost(string, optional, tag = "2")]
    pub name: Option<String>,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfoProto>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfoProto>,
}

/// One operator. An empty input name means that the optional input is left out.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, optional, tag = "3")]
    pub name: Option<String>,
    #[prost(string, optional, tag = "4")]
    pub op_type: Option<String>,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<AttributeProto>,
    #[prost(string, optional, tag = "7")]
    pub domain: Option<String>,
}

/// A named setting of an operator.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AttributeProto {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(float, optional, tag = "2")]
    pub f: Option<f32>,
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    pub s: Option<Vec<u8>>,
    #[prost(message, optional, tag = "5")]
    pub t: Option<TensorProto>,
    #[prost(float, repeated, packed = "false", tag = "7")]
    pub floats: Vec<f32>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub strings: Vec<Vec<u8>>,
    #[prost(int32, optional, tag = "20")]
    pub kind: Option<i32>,
}

/// A constant: raw little-endian bytes, or one of the typed lists.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorProto {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, optional, tag = "2")]
    pub data_type: Option<i32>,
    #[prost(float, repeated, tag = "4")]
    pub float_data: Vec<f32>,
    #[prost(int32, repeated, tag = "5")]
    pub int32_data: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    pub int64_data: Vec<i64>,
    #[prost(string, optional, tag = "8")]
    pub name: Option<String>,
    #[prost(bytes = "vec", optional, tag = "9")]
    pub raw_data: Option<Vec<u8>>,
}

/// Name and type of an input or output.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ValueInfoProto {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(message, optional, tag = "2")]
    pub value_type: Option<TypeProto>,
}

/// Only tensors occur.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TypeProto {
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

/// Element type and shape.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorType {
    #[prost(int32, optional, tag = "1")]
    pub elem_type: Option<i32>,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<TensorShapeProto>,
}

/// Dimensions, outermost first.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TensorShapeProto {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// A number, or a name for what is known only at run time.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Dimension {
    #[prost(int64, optional, tag = "1")]
    pub dim_value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    pub dim_param: Option<String>,
}

/// ONNX element types that occur here.
pub const FLOAT: i32 = 1;
/// Unsigned bytes.
pub const UINT8: i32 = 2;
/// Signed bytes.
pub const INT8: i32 = 3;

impl TensorProto {
    /// Values of an 8-bit or f32 constant as f32, from whichever field holds them.
    pub fn to_f32(&self) -> Result<Vec<f32>, String> {
        let name = self.name.as_deref().unwrap_or("unnamed");
        let raw = self.raw_data.as_deref();
        match (self.data_type, raw) {
            (Some(FLOAT), Some(raw)) => Ok(raw
                .as_chunks::<4>()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect()),
            (Some(FLOAT), None) => Ok(self.float_data.clone()),
            (Some(INT8), Some(raw)) => Ok(raw.iter().map(|b| f32::from(*b as i8)).collect()),
            (Some(UINT8), Some(raw)) => Ok(raw.iter().map(|b| f32::from(*b)).collect()),
            (Some(INT8 | UINT8), None) => Ok(self.int32_data.iter().map(|v| *v as f32).collect()),
            (other, _) => Err(format!("constant {name} has type {other:?}")),
        }
    }

    /// An f32 constant as raw bytes.
    pub fn of_f32(name: &str, dims: Vec<i64>, values: &[f32]) -> Self {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        TensorProto {
            dims,
            data_type: Some(FLOAT),
            name: Some(name.to_owned()),
            raw_data: Some(raw),
            ..TensorProto::default()
        }
    }
}

impl AttributeProto {
    fn named(name: &str, kind: i32) -> Self {
        AttributeProto {
            name: Some(name.to_owned()),
            kind: Some(kind),
            ..AttributeProto::default()
        }
    }
    /// A single float.
    pub fn float(name: &str, value: f32) -> Self {
        AttributeProto {
            f: Some(value),
            ..Self::named(name, 1)
        }
    }
    /// A single whole number.
    pub fn int(name: &str, value: i64) -> Self {
        AttributeProto {
            i: Some(value),
            ..Self::named(name, 2)
        }
    }
    /// A text.
    pub fn text(name: &str, value: &str) -> Self {
        AttributeProto {
            s: Some(value.as_bytes().to_vec()),
            ..Self::named(name, 3)
        }
    }
    /// A list of whole numbers.
    pub fn ints(name: &str, values: &[i64]) -> Self {
        AttributeProto {
            ints: values.to_vec(),
            ..Self::named(name, 7)
        }
    }
}
