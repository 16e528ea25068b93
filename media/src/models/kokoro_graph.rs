//! Rewrites Kokoro's shipped graph so that it holds standard ONNX operators only. Called by `prepare`; pure: bytes in,
//! bytes out.
//!
//! The published file was optimised for ONNX Runtime and has 31 operators of its own (domain `com.microsoft`), which
//! no other runtime must know: quantised LSTM, fast GELU, fused layer normalisation and a fused matrix product. Each is
//! replaced by what it stands for (source: ONNX Runtime's `ContribOperators.md`).

use std::collections::{HashMap, HashSet};

use prost::Message;

use super::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

const VENDOR: &str = "com.microsoft";

/// The rewritten file. The error says in words what was found that isn't known.
pub fn standardise(file: &[u8]) -> Result<Vec<u8>, String> {
    let mut model = ModelProto::decode(file).map_err(|e| format!("not an ONNX file: {e}"))?;
    let graph = model.graph.take().ok_or("the file has no graph")?;
    model.graph = Some(rewrite(graph)?);
    model
        .opset_import
        .retain(|set| matches!(set.domain.as_deref(), None | Some("" | "ai.onnx")));
    Ok(model.encode_to_vec())
}

fn rewrite(mut graph: GraphProto) -> Result<GraphProto, String> {
    let nodes = std::mem::take(&mut graph.node);
    let constants = graph
        .initializer
        .iter()
        .map(|t| (t.name.as_deref().unwrap_or(""), t))
        .collect();
    let mut rewriter = Rewriter {
        constants,
        nodes: Vec::with_capacity(nodes.len() + 64),
        added: Vec::new(),
        count: 0,
    };
    for node in nodes {
        rewriter.node(node)?;
    }
    let Rewriter { nodes, added, .. } = rewriter;
    graph.node = nodes;
    graph.initializer.extend(added);
    drop_unused_constants(&mut graph);
    Ok(graph)
}

fn drop_unused_constants(graph: &mut GraphProto) {
    let used: HashSet<&str> = graph
        .node
        .iter()
        .flat_map(|n| n.input.iter().map(String::as_str))
        .chain(graph.output.iter().filter_map(|o| o.name.as_deref()))
        .collect();
    let keep: Vec<bool> = graph
        .initializer
        .iter()
        .map(|t| t.name.as_deref().is_some_and(|name| used.contains(name)))
        .collect();
    let mut kept = keep.into_iter();
    graph.initializer.retain(|_| kept.next().unwrap_or(false));
}

struct Rewriter<'g> {
    constants: HashMap<&'g str, &'g TensorProto>,
    nodes: Vec<NodeProto>,
    added: Vec<TensorProto>,
    count: usize,
}

fn operator(kind: &str, input: Vec<String>, output: Vec<String>) -> NodeProto {
    NodeProto {
        input,
        output,
        op_type: Some(kind.to_owned()),
        ..NodeProto::default()
    }
}

fn given(names: &[String], index: usize) -> Option<String> {
    names.get(index).filter(|name| !name.is_empty()).cloned()
}

fn wanted(names: &[String], index: usize, of: &str) -> Result<String, String> {
    given(names, index).ok_or_else(|| format!("{of} lacks part {index}"))
}

fn attribute<'n>(node: &'n NodeProto, name: &str) -> Option<&'n AttributeProto> {
    node.attribute.iter().find(|a| a.name.as_deref() == Some(name))
}

fn flag(node: &NodeProto, name: &str) -> bool {
    attribute(node, name).and_then(|a| a.i).unwrap_or(0) != 0
}

impl Rewriter<'_> {
    fn node(&mut self, node: NodeProto) -> Result<(), String> {
        if node.domain.as_deref() != Some(VENDOR) {
            self.nodes.push(node);
            return Ok(());
        }
        self.count += 1;
        let prefix = format!("{}_df{}", node.name.as_deref().unwrap_or(""), self.count);
        match node.op_type.as_deref() {
            Some("FastGelu") => self.gelu(&node, prefix),
            Some("SkipLayerNormalization") => self.layer_normalization(&node, prefix),
            Some("FusedMatMul") => self.matrix_product(&node, prefix),
            Some("DynamicQuantizeLSTM") => self.lstm(&node, prefix),
            other => Err(format!("operator {other:?} of {VENDOR} is not known")),
        }
    }

    fn push_named(&mut self, mut node: NodeProto, name: String, attributes: Vec<AttributeProto>) {
        node.name = Some(name);
        node.attribute = attributes;
        self.nodes.push(node);
    }

    /// Bias, then GELU in the tanh approximation.
    fn gelu(&mut self, node: &NodeProto, prefix: String) -> Result<(), String> {
        let mut x = wanted(&node.input, 0, &prefix)?;
        if let Some(bias) = given(&node.input, 1) {
            let sum = format!("{prefix}_b");
            self.nodes.push(operator("Add", vec![x, bias], vec![sum.clone()]));
            x = sum;
        }
        let gelu = operator("Gelu", vec![x], vec![wanted(&node.output, 0, &prefix)?]);
        self.push_named(gelu, prefix, vec![AttributeProto::text("approximate", "tanh")]);
        Ok(())
    }

    /// Input plus skip (plus bias), then layer normalisation over the last axis.
    fn layer_normalization(&mut self, node: &NodeProto, prefix: String) -> Result<(), String> {
        let [x, skip, gamma, beta] = [0, 1, 2, 3].map(|i| wanted(&node.input, i, &prefix));
        let mut sum = format!("{prefix}_s");
        self.nodes
            .push(operator("Add", vec![x?, skip?], vec![sum.clone()]));
        if let Some(bias) = given(&node.input, 4) {
            let biased = format!("{prefix}_sb");
            self.nodes
                .push(operator("Add", vec![sum, bias], vec![biased.clone()]));
            sum = biased;
        }
        if let Some(kept) = given(&node.output, 3) {
            self.nodes
                .push(operator("Identity", vec![sum.clone()], vec![kept]));
        }
        let output = wanted(&node.output, 0, &prefix)?;
        let epsilon = attribute(node, "epsilon").and_then(|a| a.f).unwrap_or(1e-12);
        let norm = operator("LayerNormalization", vec![sum, gamma?, beta?], vec![output]);
        let attributes = vec![
            AttributeProto::int("axis", -1),
            AttributeProto::float("epsilon", epsilon),
        ];
        self.push_named(norm, prefix, attributes);
        Ok(())
    }

    /// Transposes where asked, scales, multiplies.
    fn matrix_product(&mut self, node: &NodeProto, prefix: String) -> Result<(), String> {
        if flag(node, "transBatchA") || flag(node, "transBatchB") {
            return Err(format!("{prefix} transposes its batch, which is not known"));
        }
        let mut a = wanted(&node.input, 0, &prefix)?;
        let mut b = wanted(&node.input, 1, &prefix)?;
        for (side, name, suffix) in [(&mut a, "transA", "_ta"), (&mut b, "transB", "_t")] {
            if flag(node, name) {
                let turned = format!("{prefix}{suffix}");
                let mut transpose = operator("Transpose", vec![side.clone()], vec![turned.clone()]);
                transpose.attribute = vec![AttributeProto::ints("perm", &[0, 2, 1])];
                self.nodes.push(transpose);
                *side = turned;
            }
        }
        let alpha = attribute(node, "alpha").and_then(|a| a.f).unwrap_or(1.0);
        if alpha != 1.0 {
            let (factor, scaled) = (format!("{prefix}_al"), format!("{prefix}_m"));
            self.added
                .push(TensorProto::of_f32(&factor, Vec::new(), &[alpha]));
            self.nodes
                .push(operator("Mul", vec![a, factor], vec![scaled.clone()]));
            a = scaled;
        }
        let product = operator("MatMul", vec![a, b], vec![wanted(&node.output, 0, &prefix)?]);
        self.push_named(product, prefix, Vec::new());
        Ok(())
    }

    /// An LSTM over dequantised weights; gates and order are the standard operator's own.
    fn lstm(&mut self, node: &NodeProto, prefix: String) -> Result<(), String> {
        let weights = self.dequantise(node, 1, 8, &format!("{prefix}_W"))?;
        let recurrence = self.dequantise(node, 2, 10, &format!("{prefix}_R"))?;
        let mut input = vec![wanted(&node.input, 0, &prefix)?, weights, recurrence];
        // Bias, sequence lengths, first hidden and first cell state; absent ones stay as empty names.
        input.extend((3..7).map(|i| given(&node.input, i).unwrap_or_default()));
        let mut attributes: Vec<AttributeProto> = ["direction", "hidden_size"]
            .into_iter()
            .filter_map(|name| attribute(node, name).cloned())
            .collect();
        attributes.sort_by(|a, b| a.name.cmp(&b.name));
        let lstm = operator("LSTM", input, node.output.clone());
        self.push_named(lstm, prefix, attributes);
        Ok(())
    }

    /// Weights [directions, input, 4 hidden] in 8 bits become f32 [directions, 4 hidden, input].
    fn dequantise(
        &mut self,
        node: &NodeProto,
        at: usize,
        scale_at: usize,
        name: &str,
    ) -> Result<String, String> {
        let constant = |index: usize| {
            let key = wanted(&node.input, index, name)?;
            self.constants
                .get(key.as_str())
                .copied()
                .ok_or_else(|| format!("{key} is not a constant"))
        };
        let quantised = constant(at)?;
        let scales = constant(scale_at)?.to_f32()?;
        let zeros = constant(scale_at + 1)?.to_f32()?;
        let [directions, rows, columns] = quantised.dims[..] else {
            return Err(format!("{name} is not three-dimensional"));
        };
        let (d, rows_n, columns_n) = (directions as usize, rows as usize, columns as usize);
        let values = quantised.to_f32()?;
        if scales.len() != d || zeros.len() != d || values.len() != d * rows_n * columns_n {
            return Err(format!("{name} is not quantised by direction"));
        }
        let mut plain = Vec::with_capacity(values.len());
        for direction in 0..d {
            for column in 0..columns_n {
                let first = direction * rows_n * columns_n + column;
                plain.extend(
                    (0..rows_n)
                        .map(|r| (values[first + r * columns_n] - zeros[direction]) * scales[direction]),
                );
            }
        }
        self.added
            .push(TensorProto::of_f32(name, vec![directions, columns, rows], &plain));
        Ok(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(kind: &str, input: &[&str], output: &[&str]) -> NodeProto {
        let names = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        NodeProto {
            domain: Some(VENDOR.into()),
            name: Some("n".into()),
            ..operator(kind, names(input), names(output))
        }
    }

    fn kinds(nodes: Vec<NodeProto>, constants: Vec<TensorProto>) -> Result<Vec<String>, String> {
        let graph = GraphProto {
            node: nodes,
            initializer: constants,
            ..GraphProto::default()
        };
        Ok(rewrite(graph)?
            .node
            .into_iter()
            .filter_map(|n| n.op_type)
            .collect())
    }

    #[test]
    fn each_fused_operator_becomes_standard_ones() {
        let nodes = vec![
            vendor("FastGelu", &["x", "b"], &["y"]),
            vendor("SkipLayerNormalization", &["y", "s", "g", "h"], &["z"]),
        ];
        assert_eq!(
            kinds(nodes, vec![]).unwrap(),
            ["Add", "Gelu", "Add", "LayerNormalization"]
        );
        let mut product = vendor("FusedMatMul", &["a", "b"], &["c"]);
        product.attribute = vec![
            AttributeProto::int("transA", 1),
            AttributeProto::float("alpha", 0.5),
        ];
        assert_eq!(
            kinds(vec![product], vec![]).unwrap(),
            ["Transpose", "Mul", "MatMul"]
        );
    }

    #[test]
    fn quantised_weights_are_transposed_and_scaled() {
        let mut bytes = TensorProto::of_f32("w", vec![1, 1, 2], &[]);
        bytes.data_type = Some(super::super::onnx::INT8);
        bytes.raw_data = Some(vec![3, 0xfe]);
        let zero = TensorProto {
            name: Some("z".into()),
            raw_data: Some(vec![1]),
            data_type: Some(3),
            ..TensorProto::default()
        };
        let scale = TensorProto::of_f32("s", vec![1], &[0.5]);
        let input = ["x", "w", "w", "b", "", "h", "c", "", "s", "z", "s", "z"];
        let node = vendor("DynamicQuantizeLSTM", &input, &["y"]);
        let graph = GraphProto {
            node: vec![node],
            initializer: vec![bytes, zero, scale],
            ..GraphProto::default()
        };
        let graph = rewrite(graph).unwrap();
        assert_eq!(graph.initializer.len(), 2, "the quantised constants are gone");
        assert_eq!(graph.initializer[0].to_f32().unwrap(), [1.0, -1.5]);
        assert_eq!(graph.initializer[0].dims, [1, 2, 1]);
    }

    #[test]
    fn an_unknown_vendor_operator_is_an_error() {
        assert!(
            kinds(vec![vendor("Mystery", &["x"], &["y"])], vec![])
                .unwrap_err()
                .contains("Mystery")
        );
        assert!(standardise(b"not onnx").is_err());
    }
}
