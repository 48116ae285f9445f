//! The arguments of the verbs that count: facets, matrix, first. No logic.

use std::path::PathBuf;

use cewen::survey::{Axis, MatrixAxis};
use clap::ValueEnum;

use super::args::{ColorArg, ConditionArgs};

const FACETS_EXAMPLES: &str = "\
例 Examples:
  cewen facets 算力券 --by region            各地，省下有市
  cewen facets 算力券 --by month --region 浙江
  cewen facets --by outlet                   全部文章按来源
  cewen facets 算力券 --by month --svg 按月.svg
";

const MATRIX_EXAMPLES: &str = "\
例 Examples:
  cewen matrix 算力券 训力券 模型券          各地各年，一式一表
  cewen matrix 算力券 训力券 模型券 --rows query --cols year
  cewen matrix 算力券 --rows city --cols quarter --region 广东
  cewen matrix 算力券 训力券 date:2024..     只有条件的参数加在每一式上
  cewen matrix 算力券 --rows region --cols year --svg 算力券.svg
";

const FIRST_EXAMPLES: &str = "\
例 Examples:
  cewen first 具身智能 --by city             各城市最早一次，滞后多少天
  cewen first 算力券 --by region --format md > 首次.md
  cewen first '\"人工智能+\" -征求意见' --by outlet
";

const CITED_BY_EXAMPLES: &str = "\
例 Examples:
  cewen cited-by                             引用最多的文件
  cewen cited-by 京政办发[2023]15号          文号，任何写法
  cewen cited-by 北京通用人工智能若干措施    标题可以不全
  cewen cited-by --region 上海 --since 2025
";

const COUNTING: &str = "\
Counting:
  Bare text counts where it stands literally, as if quoted; the whole query language and
  every condition work as in `cewen search`. Reprints of one text count once (--count
  families); --count articles counts them all, --count passages their passages. A region
  holds its cities and districts, each article once. An article dated only 2024 is in no
  month: it stands under “2024 月份不详”.

Exit status: 0 something found, 1 nothing, 2 error";

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitArg {
    Passages,
    Articles,
    #[default]
    Families,
}

/// The output format of a survey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SurveyFormatArg {
    #[default]
    Pretty,
    Json,
    Csv,
    Md,
}

// Conditions and output, alike for all verbs that count.
#[derive(Debug, clap::Args)]
pub(crate) struct SurveyArgs {
    /// Count passages, articles, or families (reprints once)
    #[arg(long, value_enum, value_name = "UNIT", default_value_t)]
    pub(crate) count: UnitArg,

    /// Find each query as it stands, operators included
    #[arg(short, long)]
    pub(crate) exact: bool,

    #[command(flatten)]
    pub(crate) conditions: ConditionArgs,

    /// Search the text of the page around an article too
    #[arg(long)]
    pub(crate) all_text: bool,

    /// Print in this format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: SurveyFormatArg,

    /// Print one JSON object, as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,

    /// Use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorArg::Auto)]
    pub(crate) color: ColorArg,

    /// Exit with 2 if a part of the query was not understood
    #[arg(long)]
    pub(crate) strict: bool,
}

// What is drawn, and how much of it.
#[derive(Debug, clap::Args)]
pub(crate) struct ChartArgs {
    /// Keep the N largest, or rows and columns, of all but times and queries; 0 is all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 30)]
    pub(crate) limit: usize,

    /// Draw a picture into FILE too
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = FACETS_EXAMPLES, after_long_help = COUNTING)]
pub(crate) struct FacetsArgs {
    /// What to count; without it the whole index is counted
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,

    /// Count by region, city, group, from, outlet, author, year, quarter, month, cites or format
    #[arg(long, value_name = "AXIS", default_value = "region")]
    pub(crate) by: Axis,

    #[command(flatten)]
    pub(crate) chart: ChartArgs,

    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = MATRIX_EXAMPLES, after_long_help = COUNTING)]
pub(crate) struct MatrixArgs {
    /// Queries, an argument each; one that holds only conditions restricts them all
    #[arg(value_name = "QUERY", required = true)]
    pub(crate) queries: Vec<String>,

    /// Rows: region, city, group, from, outlet, author, year, quarter, month, cites, format or query
    #[arg(long, value_name = "AXIS", default_value = "region")]
    pub(crate) rows: MatrixAxis,

    /// Columns, likewise
    #[arg(
        long,
        visible_alias = "columns",
        value_name = "AXIS",
        default_value = "year"
    )]
    pub(crate) cols: MatrixAxis,

    #[command(flatten)]
    pub(crate) chart: ChartArgs,

    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = FIRST_EXAMPLES, after_long_help = COUNTING)]
pub(crate) struct FirstArgs {
    /// What to look for
    #[arg(value_name = "QUERY", required = true)]
    pub(crate) query: Vec<String>,

    /// The first of each region, city, group, from, outlet, author or cites
    #[arg(long, value_name = "AXIS", default_value = "city")]
    pub(crate) by: Axis,

    /// Print the N earliest; 0 is all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 0)]
    pub(crate) limit: usize,

    /// Show about N characters of a passage; 0 is all
    #[arg(long, value_name = "N", default_value_t = 80)]
    pub(crate) context: usize,

    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = CITED_BY_EXAMPLES)]
pub(crate) struct CitedByArgs {
    /// A title, whole, in part or shortened, or a number (文号)
    #[arg(value_name = "DOCUMENT")]
    pub(crate) document: Vec<String>,

    /// Only articles that this query finds
    #[arg(long, value_name = "QUERY")]
    pub(crate) among: Option<String>,

    /// Print up to N articles or documents; 0 is all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,

    /// Show about N characters of a passage; 0 is all
    #[arg(long, value_name = "N", default_value_t = 80)]
    pub(crate) context: usize,

    #[command(flatten)]
    pub(crate) survey: SurveyArgs,
}
