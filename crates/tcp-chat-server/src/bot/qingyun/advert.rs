//! Replies that only advertise.
//!
//! A reply is an advert where every one of its sentences carries a sign of one. Sentences end at
//! line breaks and at `。！？；!?;`. The signs are: an address of the web; a word like 公众号 or
//! 优惠券; the name of a shop, 淘宝 say, together with a word like 领取 or 链接. A sign that the
//! question names itself is none: who asks what 淘宝 is gets the answer.

/// Ends of sentences.
const ENDS: [char; 8] = ['\n', '。', '！', '？', '；', '!', '?', ';'];

/// Words that stand in adverts alone.
const WORDS: &str =
    "公众号|公众平台|微信号|加微信|加微|扫码|二维码|qq群|加群|优惠券|优惠劵|返利|代理加盟|招代理";

/// Names of shops, of which people talk as well.
const SHOPS: [&str; 7] = ["淘宝", "天猫", "京东", "拼多多", "微店", "taobao", "tmall"];

/// What a shop's advert wants of its reader.
const CALLS: [&str; 16] = [
    "搜索", "领取", "领券", "店铺", "网店", "抢购", "优惠", "包邮", "点击", "关注", "复制", "特价", "红包",
    "下单", "秒杀", "链接",
];

/// A question with one of these asks for an address.
const ASKS_FOR_ADDRESS: [&str; 10] =
    ["网址", "网站", "官网", "链接", "地址", "主页", "http", "www", "url", "link"];

/// Last labels that make a bare name an address: `.com` and what adverts like.
const TOP_LABELS: [&str; 12] =
    ["com", "cn", "net", "org", "cc", "top", "xyz", "vip", "shop", "club", "info", "site"];

/// Stands for an address while sentences are told apart: addresses hold `?` and `;`.
const ADDRESS: char = '\u{1}';

/// Whether `reply`, markup taken out, is nothing but an advert.
pub(super) fn is_only_advert(reply: &str, question: &str) -> bool {
    let (reply, question) = (with_marked_addresses(&reply.to_lowercase()), question.to_lowercase());
    let asks_for_address = ASKS_FOR_ADDRESS.iter().any(|word| question.contains(word))
        || with_marked_addresses(&question).contains(ADDRESS);
    let is_unasked = |word: &&&str| !question.contains(**word);
    let is_advert = |sentence: &str| {
        (!asks_for_address && sentence.contains(ADDRESS))
            || WORDS.split('|').filter(|word| is_unasked(&word)).any(|word| sentence.contains(word))
            || (SHOPS.iter().filter(is_unasked).any(|shop| sentence.contains(shop))
                && CALLS.iter().any(|call| sentence.contains(call)))
    };
    let mut sentences = reply
        .split(ENDS)
        .filter(|sentence| sentence.contains(|c: char| c.is_alphanumeric() || c == ADDRESS))
        .peekable();
    sentences.peek().is_some() && sentences.all(is_advert)
}

/// `text` with [`ADDRESS`] for each address of the web.
fn with_marked_addresses(text: &str) -> String {
    let text = text.replace(ADDRESS, "");
    let mut marked = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_graphic()) {
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(run.find(|c: char| !c.is_ascii_graphic()).unwrap_or(run.len()));
        marked.push_str(before);
        if is_address(run) {
            marked.push(ADDRESS);
        } else {
            marked.push_str(run);
        }
        rest = after;
    }
    marked.push_str(rest);
    marked
}

/// Whether a run of printing ASCII characters holds an address.
fn is_address(run: &str) -> bool {
    if run.contains("://") {
        return true;
    }
    let run = run.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = run.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let Some((first, last)) = name.rsplit_once('.') else { return false };
    let is_name = first.split('.').all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    is_name && (first.starts_with("www.") || TOP_LABELS.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advert_alone_is_one() {
        for reply in [
            "http://ad.example.com/?id=1;x=2",
            "更多精彩内容请访问 https://ad.example/a?b=c",
            "访问www.example.cn看更多",
            "好笑话都在xiaohua.example.com。",
            "关注公众号:笑话大全,每天看笑话!",
            "淘宝内部优惠券,每天更新",
            "打开淘宝搜索\"女装\"!复制链接,天猫包邮",
            "QQ群123456,等你来\n加微信 abc123",
            "[face 14]http://a.example.com",
        ] {
            assert!(is_only_advert(reply, "你好"), "{reply}");
        }
    }

    #[test]
    fn a_reply_with_a_word_of_its_own_is_none() {
        for reply in [
            "你好,我就开心了",
            "我在逛淘宝呢",
            "你好!关注公众号:笑话大全",
            "★ 天气{br}阴\nhttp://ad.example.com",
            "1.5 + 2.5 = 4.0",
            "e.g. this one",
            "翻译:i love you\n结果:我爱你",
            "node.js",
            "...",
            "",
        ] {
            assert!(!is_only_advert(reply, "你好"), "{reply}");
        }
    }

    #[test]
    fn what_the_question_names_is_no_sign() {
        for (question, reply) in [
            ("百度的网址是什么", "www.baidu.com"),
            ("What is http://example.com?", "http://example.com is an example"),
            ("公众号是什么", "公众号是一种服务"),
            ("淘宝有什么优惠", "淘宝有很多优惠"),
        ] {
            assert!(!is_only_advert(reply, question), "{reply}");
        }
        assert!(is_only_advert("关注公众号看更多", "淘宝是什么"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(reply: String, question: String) {
            let _judged = is_only_advert(&reply, &question);
        }
    }
}
