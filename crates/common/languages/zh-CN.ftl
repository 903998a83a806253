# 窗口中的简体中文文字。键与 en.ftl 相同。

language-name = 简体中文
list-separator = { "、" }

## 状态行

status-busy = { $sentence }（正忙，请再按一次）

## 日志

log-follow = 跟随
log-follow-hint = 始终显示最新一行
log-new = { $count } 条新内容
log-find = 查找
log-find-next = 下一处
log-find-previous = 上一处
log-find-count = { $count ->
    [0] 未找到
   *[other] 找到 { $count } 处
}
log-find-at = 第 { $place } 处，共 { $count } 处
log-find-more = 目前找到 { $count } 处
log-copy = 复制
log-copy-hint = 复制全部 { $count } 行
log-copy-selected = 复制所选内容
log-clear = 清空
log-undo-clear = 撤销清空
log-save = 保存...
log-save-now = 保存
log-save-browse = 浏览...
log-save-no-dialog = 此桌面没有文件对话框，请在这里输入路径
log-save-file = 文件
log-save-hint = 文件名以 .jsonl 结尾时保存为 JSON 行，否则保存为文本
log-save-hint-table = 文件名以 .csv 结尾时保存为表格，以 .jsonl 结尾时保存为 JSON 行，否则保存为文本
log-save-title = 保存日志
log-save-text = 文本
log-save-json = JSON 行
log-save-csv = 表格 (CSV)
log-save-taken = 文件已存在：{ $file }
log-save-replace = 替换
log-save-beside = 另存为 { $name }
log-saved = 已将 { $count } 行保存到 { $file }
log-saving = 正在保存...
log-save-slow = 未能保存 { $file }：{ $secs } 秒内无法写入，请重试或保存到别处
log-not-saved = 未能保存 { $file }（{ $reason }）
write-error-no-folder = 没有这个文件夹
write-error-not-permitted = 没有写入权限
write-error-is-folder = 这是一个文件夹，请加上文件名
write-error-full = 磁盘已满
write-error-quota = 可用的空间已经用完
write-error-read-only = 磁盘是只读的
write-error-too-large = 太大
write-error-other = { $reason }
log-save-closed = 还没写完，窗口就关闭了
log-gone = 已丢弃最早的 { COUNT($count) } 行
log-empty = 还没有内容
log-nothing-passes = 过滤条件隐藏了所有行

## 地址

address-port = 端口
port-hint = 0 表示使用空闲端口
host-error-empty = 请填写地址、主机名、localhost、any 或 broadcast
server-host-error-empty = 请填写地址或主机名
server-host-error-invitation = 按回车键使用此邀请
server-host-error-with-port = 请把端口分开填写：{ $host }，端口 { $port }
server-host-error-many-computers = 这个地址代表多台计算机，请填写其中一台的地址：{ $typed }
host-error-not-a-host = 这既不是地址也不是主机名：{ $typed }
reach-computer = 仅限本机
reach-network = 本网络
reach-every-network = 所有网络

## 无法监听的原因

bind-error-port-taken = { IP($address) } 的端口 { PORT($address) } 正被其他程序使用，请停止该程序或换一个端口
bind-error-not-ours = 本机没有地址 { IP($address) }，请使用本机的地址，或用 `any` 表示所有地址
bind-error-not-permitted = 系统不允许使用端口 { PORT($address) }，请使用大于 1023 的端口
bind-error-no-such-host = 找不到主机 { $host }（{ $reason }），请检查拼写
bind-error-no-interface = 正在等待 { $interface }：本机还没有这个名称的接口
bind-error-other = 无法监听 { $address }（{ $reason }）

## 连接不通的原因

connect-error-refused = 那里没有程序在监听
connect-error-broken = 对方中断了连接
connect-error-timed-out = 没有应答
connect-error-no-network = 没有通往该网络的路由
connect-error-no-computer = 那里没有计算机应答
connect-error-not-permitted = 系统不允许
connect-error-other = { $reason }

## 无法读取、理解或发送的内容

unknown-encoding = 未知编码，请使用 auto、utf-8、gb18030 或其他兼容 ASCII 的编码，例如 shift_jis
line-too-long = 该行有 { $len } 字节，上限为 { $max }
plain-error-burst-too-long = 一次连续收到 { $len } 字节，上限为 { $max }
plain-error-not-utf8 = 消息不是 UTF-8 文本：第 { $at } 个字节无效
plain-error-not-in-encoding = 消息不是 { $encoding } 文字：第 { $at } 个字节无效
server-key-error = 服务器密钥是 64 位十六进制数字
invitation-error-no-invitation = 邀请以 tcp-chat:// 开头
invitation-error-no-address = 邀请里没有服务器地址
invitation-error-bad-key = 邀请里的密钥不是 64 位十六进制数字
invitation-error-bad-pass = 邀请里的口令不是文字
tls-error-other-key = 它的密钥（{ $seen }）与已知的（{ $known }）不同
tls-error-handshake = 加密失败（{ $reason }）
tls-error-not-trusted = 客户端不信任该密钥，或正在先询问其用户
tls-error-not-tls = 它没有加密就作了回答（{ EXCERPT($said) }）
tls-error-timeout = { $seconds } 秒内没有建立加密
tls-error-file = { $file } 无法使用（{ $reason }）
tls-error-no-folder = 没有保存密钥的文件夹
network-error-no-network = { $typed } 不是网络（例如 192.168.1.0/24）
record-error = 不是记录：{ $reason }
number-error = 请填写 { $min } 到 { $max } 之间的整数，而不是 { $typed }
format-error-unknown = 未知格式，请使用 text、rfc3339、json 或 custom:PATTERN：{ $typed }
format-error-empty-pattern = 请填写 strftime 格式，例如 %H:%M:%S
format-error-bad-pattern = 格式中有无意义的 % 序列：{ $typed }
format-error-pattern-too-long = 按此格式可能产生 { $len } 字节，一个数据报最多 { $max } 字节
headless-event-zone-unknown = 警告：{ $reason }
local-zone-error-unknown = TZ 指定的时区未知，时间以 UTC 显示：{ $typed }
local-zone-error-unreadable = 无法读取时区（{ $reason }），时间以 UTC 显示：{ $file }
headless-event-dropped = { $count } 个事件来得太快，未显示

## 为什么两台计算机互相看不到

finding-own-addresses = { $interface }（{ $kind }）的地址是 { $addresses }
finding-interface-down = { $interface }（{ $kind }）已关闭或未连接
finding-no-lan = 本机未接入任何网络，只有本机的程序能连到它
finding-port-held = { IP($address) } 的 { $protocol } 端口 { PORT($address) } 正被 { $program } 使用（进程 { $process }）
finding-port-held-by-other = { $protocol } 端口 { $port } 正被另一用户的程序使用
finding-port-free = 本机没有程序在监听 { $protocol } 端口 { $port }
finding-echo-heard = 向 { $interface } 上所有计算机（{ $address }）发送的数据报能发出并收回
finding-echo-lost = 向 { $interface } 上所有计算机发送的数据报没有回到端口 { PORT($address) }：被本机的防火墙丢弃了
finding-echo-failed = 无法向 { $interface } 上所有计算机发送数据报（{ $reason }）
finding-peer-unknown = 名称 { $host } 没有对应的地址（{ $reason }），请改用那台计算机的地址
finding-peer-found = { $host } 的地址是 { $address }
finding-peer-is-here = { $address } 就是本机
finding-peer-near = { $address } 在 { $interface } 所在的网络中
finding-peer-far = { $address } 在另一个网络中，经 { $interface } 前往
finding-way-taken = 前往 { $address } 的路由走 { $interface }（{ $kind }），而不是本地网络：请断开 VPN，或在其设置中允许访问本地网络
finding-no-way = 本机没有通往 { $address } 的网络，请检查地址以及网线或 Wi-Fi
finding-reached = { $address } 有程序应答
finding-refused = { IP($address) } 在线，但没有程序在监听 { $protocol } 端口 { PORT($address) }：请在那里启动程序，检查端口，并确认它监听的是网络而不只是自己的计算机
finding-refused-here = 本机没有程序在 { IP($address) } 的 { $protocol } 端口 { PORT($address) } 上监听：请启动程序，并检查它的端口和监听地址
finding-rejected = 前往 { $address } 的途中拒绝了 { $protocol }：多半是那台计算机的防火墙，请在那里开放端口
finding-unanswered = { $address } 在 { $seconds } 秒内没有应答：那里的防火墙丢弃了数据，或计算机已关机
finding-nobody-there = 网络中没有计算机使用地址 { $address }：它已关机、休眠，或地址已改变
finding-not-let-out = 本机不允许向 { $address } 发送 { $protocol }：被本机的防火墙禁止
finding-failed = 无法到达 { $address }（{ $reason }）
finding-sent = 已向 { $address } 发送数据报，没有被拒绝，是否到达只有那边知道
finding-isolation = { $interface } 是 Wi-Fi：访客网络和某些接入点会把设备互相隔离（客户端隔离）
finding-firewall = 本机的 { $firewall } 正在工作，用这一行可开放 { $protocol } 端口 { $port }：{ $line }
finding-finished = { $faults ->
    [0] 就本机所见，没有任何阻碍
   *[other] 有 { $faults } 处阻碍
}
check-open = 检查网络...
check-title = 为什么互相看不到？
check-peer = 另一台计算机
check-peer-hint = 地址或名称，留空则只检查本机
check-again = 检查
check-running = 正在检查...
check-copy = 全部复制
check-copy-line = 复制这一行
check-failed = 无法开始检查（{ $reason }）
check-broken = 检查因内部错误中断，请报告此问题

## 设置文件

other-window = 本程序的另一个窗口已打开
read-error-missing = 没有这个文件
read-error-not-permitted = 没有读取权限
read-error-is-folder = 这是一个文件夹
read-error-other = { $reason }
read-error-slow = { $secs } 秒内读不到内容
read-error-too-long = 超过 { $max } 字节
read-error-not-text = 第 { $line } 行不是 UTF-8 文字
read-error-malformed = 第 { $line } 行：{ $reason }
read-error-blank = 口令是空的
pass-error = 无法读取 { $file } 里的口令（{ $reason }）
settings-error-unusable = { $error_word ->
    [broken] 无法理解设置文件（{ $reason }），已使用默认值，原文件保留为 { $aside }
   *[unreadable] 无法读取设置文件（{ $reason }），已使用默认值，不会保存：{ $file }
}
settings-error-unsaved = 无法保存设置（{ $reason }）：{ $file }

## 窗口上方的设置

settings-open = 设置...
settings-open-hint = 外观、语言等（Ctrl+,）
close = 关闭
settings-title = 设置
settings-appearance = 外观
settings-theme = 主题
settings-theme-system = 跟随系统
settings-theme-light = 浅色
settings-theme-dark = 深色
settings-contrast = 对比度
settings-contrast-system = 跟随系统
settings-contrast-normal = 正常
settings-contrast-high = 高
settings-zoom = 缩放
settings-zoom-hint = 也可用 Ctrl + / - / 0
settings-language = 语言
settings-language-system = 跟随系统（{ $name }）
settings-renderer = 渲染
settings-renderer-auto = 自动
settings-renderer-cpu = 处理器
settings-renderer-gl = OpenGL
settings-renderer-hint = 窗口用什么渲染，下次启动时生效
display-error-palette = 每像素 { $bits } 位，所有程序共用一个颜色表
drawing-cpu = 由处理器渲染
drawing-gl = 由 OpenGL 渲染
drawing-gl-instead = 由 OpenGL 渲染，因为处理器无法渲染：{ $reason }
settings-encoding = 文字编码
settings-encoding-hint = 用于其他程序发来的非 UTF-8 文字；“自动”可识别 GB18030（GBK）；下次启动或连接时生效
settings-encoding-auto = 自动
settings-file = 设置文件
settings-no-file = 找不到存放设置的文件夹，设置不会被记住
settings-copy-path = 复制路径
settings-reset = 恢复本节默认值
settings-reset-of = 恢复默认：{ $name }
settings-undo-reset = 撤销恢复
settings-keys = 键盘快捷键
font-missing = 有些字符无法显示，请安装 { $packages }
notice-dismiss = 知道了

## 列表中的一行

row-menu = { $name } 的操作
removed = 已移除：{ $name }
undo = 撤销

## 按键列表

key-tab = 下一个或上一个控件
key-escape = 关闭当前打开的内容
key-find = 在日志中查找
key-save = 保存日志
key-clear = 清空日志，可撤销
key-copy = 全选，复制
key-page = 上翻或下翻一页
key-ends = 第一行或最新一行
key-select = 选择行或字符
key-zoom = 放大、缩小、恢复正常大小
key-settings = 设置
key-list = 本列表
key-splitter = 移动选中的分隔线
splitter = 分隔线

## 聊天客户端：连接

tcp-chat-client-link-off = 未连接
tcp-chat-client-link-connecting = { $attempt ->
    [1] 正在连接 { $address }
   *[other] 正在连接 { $address }，第 { $attempt } 次尝试
}
tcp-chat-client-link-reached = 已连上 { $address }，正在等待问候
tcp-chat-client-link-online = { GIVEN($bot) ->
    [yes] 已连接到 { $address }，由 { EXCERPT($bot, max: 40) } 回答
   *[no] { $dialect ->
        [plain] 已连接到 { $address }，这是纯文本服务器
       *[other] 已连接到 { $address }
    }
}{ $encrypted ->
    [true] {"，已加密"}
   *[false] {"，未加密"}
}
tcp-chat-client-key-compare = 信任之前，请与服务器窗口中的密钥核对：
tcp-chat-client-key-changed = 这个密钥与预期的不同：服务器被重新设置过，邀请已过期，或者有人冒充它。请询问服务器的管理者
tcp-chat-client-key-old = 预期的密钥
tcp-chat-client-key-new = 新密钥
tcp-chat-client-key = 密钥
tcp-chat-client-trust = 一致，连接
tcp-chat-client-trust-new = 信任新密钥...
tcp-chat-client-trust-sure = 确定信任新密钥
tcp-chat-client-pass = 口令
tcp-chat-client-link-key-asked = { GIVEN($known) ->
    [yes] { $address } 的密钥与预期不符，请核对后再继续
   *[no] { $address } 是正确的服务器吗？请核对密钥
}
tcp-chat-client-link-pass-asked = { $wrong ->
    [true] { $address } 不接受这个口令；错三次后，一分钟内不接受任何口令
   *[false] { $address } 要求口令
}
tcp-chat-client-note-ready = 已连接，可以开始聊天了！:)
tcp-chat-client-note-encoding = 服务器使用 { $encoding } 编码，本程序也用它发送
tcp-chat-client-note-greeting-answered = { tcp-chat-client-event-greeting-answered }
tcp-chat-client-note-left = 已断开与 { $address } 的连接
tcp-chat-client-retry = { $reason }，{ $seconds } 秒后重试
tcp-chat-client-connect = 连接
tcp-chat-client-disconnect = 断开
tcp-chat-client-try-now = 立即重试
tcp-chat-client-change-server = 更改服务器...

## 聊天客户端：为什么没有连接

tcp-chat-client-disconnect-no-such-host = 找不到主机：{ $address }（{ EXCERPT($why) }）
tcp-chat-client-disconnect-refused = { $address } 上没有服务器
tcp-chat-client-disconnect-unreachable = 无法到达 { $address }（{ EXCERPT($error) }）
tcp-chat-client-disconnect-connect-timeout = { $address } 在 { $seconds } 秒内没有应答
tcp-chat-client-disconnect-closed-at-greeting = { $address } 立即关闭了连接，如果它是纯文本服务器，请选择纯文本方式
tcp-chat-client-disconnect-no-welcome = { $address } 在 { $seconds } 秒内没有问候，如果它是纯文本服务器，请选择纯文本方式
tcp-chat-client-disconnect-late-welcome = { $address } 超过 { $seconds } 秒才回应，其间发出的消息没有送达
tcp-chat-client-disconnect-not-admitted = { $address } 拒绝了连接（{ EXCERPT($said) }）
tcp-chat-client-disconnect-pass-withheld = { $address } 要求口令，但连接没有加密，别人可能看到：请管理者启用 TLS
tcp-chat-client-disconnect-closed = { $address } 关闭了连接
tcp-chat-client-disconnect-broken = 与 { $address } 的连接中断了（{ EXCERPT($error) }）
tcp-chat-client-disconnect-goodbye = { $address } 上的服务器已停止
tcp-chat-client-disconnect-sent-away = { $address } 的管理者断开了你的连接，要回来请重新连接
tcp-chat-client-disconnect-server-error = { $address } 结束了连接（{ EXCERPT($said) }）
tcp-chat-client-disconnect-unknown-protocol = { $address } 使用协议版本 { $theirs }，本程序使用版本 { $ours }
tcp-chat-client-disconnect-record-too-long = { $address } 发来的一条记录超过 { $max } 字节
tcp-chat-client-disconnect-unfinished-record = { $address } 在 { $seconds } 秒内没有发完一条记录
tcp-chat-client-disconnect-not-encrypted = 无法与 { $address } 建立加密连接：{ $tls }
tcp-chat-client-disconnect-known-unreadable = 无法读取 known-servers.toml（{ EXCERPT($why) }），因此无法确认 { $address } 是不是正确的服务器
tcp-chat-client-disconnect-bad-record = { $address } 发来的内容不是有效的记录（{ EXCERPT($why) }）

## 聊天客户端：为什么没有回答

tcp-chat-client-failed-server = { GIVEN($said) ->
    [yes] { $reason }（{ EXCERPT($said) }）
   *[no] { $reason }
}
tcp-chat-client-failed-cancelled = 已被你停止
tcp-chat-client-failed-connection-lost = 回答到达之前连接就断开了
tcp-chat-client-failed-not-connected = 没有发送，当时没有连接
tcp-chat-client-failed-busy = 没有发送，等待服务器处理的消息太多
tcp-chat-client-failed-too-long = 没有发送，{ $len } 字节超过服务器的上限 { $max } 字节
tcp-chat-client-failed-not-utf8 = 没有发送，它不是 UTF-8 文字
tcp-chat-client-failed-given-up = 服务器一直没有回答
fail-reason-bot-unreachable = 无法连上机器人
fail-reason-bot-timeout = 机器人没有及时回答
fail-reason-bot-failed = 机器人没有给出可用的回答
fail-reason-bot-too-long = 机器人的回答太长
fail-reason-cancelled = { tcp-chat-client-failed-cancelled }
fail-reason-too-long = 消息太长
fail-reason-too-many-waiting = { tcp-chat-client-failed-busy }
fail-reason-not-utf8 = 消息不是 UTF-8 文字
fail-reason-blank = 消息是空白
fail-reason-stopping = 服务器正在停止
fail-reason-unknown = 服务器没有说明原因

## 聊天客户端：没有窗口时的输出

tcp-chat-client-event-connecting = { tcp-chat-client-link-connecting }
tcp-chat-client-event-reached = { tcp-chat-client-link-reached }
tcp-chat-client-event-connected =
    { tcp-chat-client-link-online }
    { tcp-chat-client-note-ready }
tcp-chat-client-event-key-asked = { GIVEN($known) ->
    [yes] { $address } 的密钥是 { $key }，而预期的是 { $known }；如果正确，请用 --server-key { $key } 连接
   *[no] { $address } 的密钥是 { $key }；如果正确，请用 --server-key { $key } 连接
}
tcp-chat-client-event-pass-asked = { tcp-chat-client-link-pass-asked }，见 --pass-file
tcp-chat-client-event-retrying = { SECONDS($retry_in_ms) } 秒后重试：{ $reason }
tcp-chat-client-event-encoding = { tcp-chat-client-note-encoding }
tcp-chat-client-event-sent-away = { $reason }
tcp-chat-client-event-disconnected = { tcp-chat-client-note-left }
tcp-chat-client-event-greeting-answered = 对问候的应答没有显示：{ $bytes } 字节
tcp-chat-client-event-accepted = 排队中，前面还有 { $ahead } 条
tcp-chat-client-event-thinking = 机器人正在思考
tcp-chat-client-event-reply = { $other_bot ->
    [true]
        机器人：{ EXCERPT($bot, max: 40) }
        服务器：{ $text }
   *[false] 服务器：{ $text }
}
tcp-chat-client-line-sent = 客户端：{ $text }
tcp-chat-client-line-failed = { GIVEN($text) ->
    [yes] 失败：{ EXCERPT($text, max: 60) }（{ $reason }）
   *[no] 失败：{ $reason }
}

## 聊天客户端：对话

tcp-chat-client-conversation = 对话
tcp-chat-client-server = 服务器
tcp-chat-client-said = { $speaker }，{ $time }
tcp-chat-client-said-state = { $speaker }，{ $time }，{ $state }
tcp-chat-client-you = 你
tcp-chat-client-today = 今天
tcp-chat-client-say = 试试这些
tcp-chat-client-say-time = 现在几点？
tcp-chat-client-say-roll = 掷2d6
tcp-chat-client-say-help = 帮助
date-day = { $year }年{ $month }月{ $day }日 { $weekday ->
    [1] 星期一
    [2] 星期二
    [3] 星期三
    [4] 星期四
    [5] 星期五
    [6] 星期六
   *[7] 星期日
}
tcp-chat-client-unread = 新消息
tcp-chat-client-older = 更早的 { $count } 条内容没有保留
tcp-chat-client-new = { $count } 条新内容
tcp-chat-client-to-end = 回到最新
tcp-chat-client-state-unsent = { $is_wanted ->
    [true] 恢复连接后发送
   *[false] 未发送，没有连接
}
tcp-chat-client-state-elsewhere = 未发送，是写给 { $address } 的
tcp-chat-client-state-discarded = 未发送，已放弃
tcp-chat-client-state-waiting = 排队中，前面还有 { $ahead } 条
tcp-chat-client-state-sending = 正在发送
tcp-chat-client-state-asking = 正在询问
tcp-chat-client-state-thinking = 正在思考
tcp-chat-client-state-answering = 正在回答
tcp-chat-client-state-answered = 已回答
tcp-chat-client-state-failed = { $reason_word ->
    [cancelled] { $reason }
    [not_connected] { $reason }
    [busy] { $reason }
    [too_long] { $reason }
   *[other] 失败：{ $reason }
}
tcp-chat-client-stop = 停止
tcp-chat-client-cancel = 取消
tcp-chat-client-try-again = 重试
tcp-chat-client-send-when-back = 恢复后发送
tcp-chat-client-send-now = 立即发送
tcp-chat-client-do-not-send = 不发送
tcp-chat-client-discard = 放弃
tcp-chat-client-copy = 复制消息
tcp-chat-client-copy-all = 复制全部对话
tcp-chat-client-clear = 清空
tcp-chat-client-undo-clear = 撤销清空
tcp-chat-client-undo-paste = 撤销粘贴
tcp-chat-client-cleared = { $unsent ->
    [0] 对话已清空
   *[other] 对话已清空，包括 { $unsent } 条未发送的消息
}
tcp-chat-client-more = 更多...

## 聊天客户端：书写

tcp-chat-client-message = 消息
tcp-chat-client-hint = 消息（Shift+Enter 换行）
tcp-chat-client-send = 发送
tcp-chat-client-refusal-blank = 空白消息不会发送
tcp-chat-client-refusal-invitation = 这是服务器的邀请：请用它连接，不会发送
tcp-chat-client-refusal-too-long = 这条消息有 { $len } 字节，上限是 { $max } 字节，请缩短
tcp-chat-client-refusal-paste-too-long = 粘贴的文字有 { $len } 字节，消息最多 { $max } 字节：其余部分没有粘贴
tcp-chat-client-refusal-too-many-unsent = 等待连接的消息太多，你的文字已保留
tcp-chat-client-refusal-busy = 正忙，你的文字已保留，请再试一次

## 聊天客户端：关闭

drafts-error = { $error_word ->
    [broken] 无法读取以前窗口中未发送的消息（{ $reason }），文件保留为 { $aside }
   *[unreadable] 无法读取以前窗口中未发送的消息（{ $reason }）：{ $file }
}

tcp-chat-client-closing = 要关闭窗口吗？
tcp-chat-client-closing-open = 还有 { $count } 条消息没有得到回答，这些回答将会丢失
tcp-chat-client-closing-unsent = 还有 { $count } 条消息没有发送，也无法保存，关闭后将丢失
tcp-chat-client-close-anyway = 仍然关闭
tcp-chat-client-stay = 继续使用
tcp-chat-client-leaving = 要断开与这台服务器的连接吗？
tcp-chat-client-leave-anyway = 仍然断开
tcp-chat-client-stay-connected = 保持连接

## 聊天客户端：查找

tcp-chat-client-find-open = 查找...
tcp-chat-client-find-none = 没有找到
tcp-chat-client-find-place = 第 { $index } 处，共 { $count } 处

## 聊天客户端：设置和按键

tcp-chat-client-room-connection = 连接
tcp-chat-client-room-messages = 消息
tcp-chat-client-host = 服务器
tcp-chat-client-dialect = 通信方式
tcp-chat-client-dialect-auto = 自动
tcp-chat-client-dialect-records = 记录
tcp-chat-client-dialect-plain = 纯文本
tcp-chat-client-dialect-hint = “记录”用于 tcp-chat-server，“纯文本”用于原版演示程序和其他简单的服务器；下次连接时生效
tcp-chat-client-reconnect = 连接断开后自动重新连接
tcp-chat-client-send-by-itself = 重新连接后自动发送离线时写的消息
tcp-chat-client-key-send = 发送
tcp-chat-client-key-break = 在消息中换行
tcp-chat-client-key-stop = 停止正在生成的回答
tcp-chat-client-key-recall = 找回自己较早或较晚的消息
tcp-chat-client-key-walk = 逐条移动到消息
tcp-chat-client-key-act = 执行该消息的按钮
tcp-chat-client-key-copy = 复制选中的文字或消息
tcp-chat-client-key-ends = 第一条和最后一条消息
tcp-chat-client-key-find = 查找、下一处、上一处
tcp-chat-client-key-save = 保存对话
tcp-chat-client-key-clear = 清空；再按一次撤销

## 窗口标题

udp-time-server-title = UDP 时间服务器
udp-time-server-title-port = 端口 { $port }
udp-time-client-title = UDP 时间客户端
tcp-chat-server-title = TCP 聊天服务器
tcp-chat-client-title = TCP 聊天

## 两个时间程序共用的文字

interface-kind-wired = 有线
interface-kind-wireless = 无线
interface-kind-loopback = 本机
interface-kind-virtual = 虚拟
interface-kind-vpn = VPN
engine-failed = 内部错误，请报告以上内容
status-broken = 因内部错误已停止，请关闭窗口后重新打开

## 时间服务器：窗口

udp-time-server-start = 启动服务器
udp-time-server-stop = 停止服务器
udp-time-server-stopped = 已停止，请按“启动服务器”
udp-time-server-stopped-faulty = 已停止，请先改正设置
udp-time-server-stopped-nobody = 已停止，请先打开一个目标
udp-time-server-sending-nobody = 没有发送目标，请打开一个
udp-time-server-sending = { $every }发送，目标：{ $name }
udp-time-server-sending-several = { $every }发送到 { $count } 个目标
udp-time-server-failing = 发送到{ $name }失败，仍在重试
udp-time-server-failing-some = { $every }发送，{ $count } 个目标中有 { $failing } 个失败
udp-time-server-every = 每 { $interval }{" "}
udp-time-server-every-second = 每秒
udp-time-server-every-minute = 每分钟
udp-time-server-every-hour = 每小时
udp-time-server-date = { $day }，UTC{ $offset }
udp-time-server-sends = 发送  { $payload }
udp-time-server-ticks = { $count ->
    [0] 尚未发送
   *[other] 已发送 { COUNT($count) } 次
}
udp-time-server-ticks-late = { $ticks }，最近一次晚 { $late } ms
udp-time-server-interval = 间隔
udp-time-server-interval-hint = 50 ms 到 1 h，例如 0.5、250 ms 或 5 min
udp-time-server-format = 格式
udp-time-server-format-text = 文本
udp-time-server-format-custom = 自定义
udp-time-server-pattern = 格式串
udp-time-server-pattern-hint = strftime：%H:%M:%S 为时间，%F 为日期
udp-time-server-zone = 时区
udp-time-server-zone-hint = local、UTC 或 Europe/Berlin 这样的名称；输入一部分即可查找
udp-time-server-zones = 时区列表
udp-time-server-hops = TTL
udp-time-server-hops-hint = 组播数据报可以经过多少个网络；1 表示不离开所在网络
udp-time-server-settings-sending = 发送
udp-time-server-settings-in-use = 停止服务器后才能更改发送内容
udp-time-server-start-with-window = 打开窗口时启动服务器
udp-time-server-key-start = 启动或停止服务器
udp-time-server-key-remove = 移除一个目标

## 时间服务器：目标

udp-time-server-destinations = 目标
udp-time-server-to = 发往
udp-time-server-to-hint = host、host:port、lan、multicast%eth0
udp-time-server-add = + 添加
udp-time-server-add-it = 添加
udp-time-server-change = 更改
udp-time-server-cancel = 取消
udp-time-server-edit = 编辑
udp-time-server-remove = 移除
udp-time-server-sent = 已发 { COUNT($count) }
udp-time-server-lamp-on = 正在发送
udp-time-server-lamp-waiting = 尚未发送
udp-time-server-lamp-failed = 发送失败
udp-time-server-lamp-stopped = 开
udp-time-server-lamp-off = 关
udp-time-server-more-addresses = { $address } 及另外 { $count } 个
udp-time-server-this-computer = 本机
udp-time-server-every-lan = 所有局域网
udp-time-server-lan = { $interface } 上的局域网
udp-time-server-group-on = { $interface } 上的{ $family ->
    [ipv6] {" "}IPv6 组
   *[ipv4] 组
}
udp-time-server-group = { $family ->
    [ipv6] IPv6 组
   *[ipv4] 组
} { $group }
udp-time-server-nearby = 附近所有计算机
udp-time-server-with-port = { $name }，端口 { $port }
udp-time-server-own-addresses = 本机地址
udp-time-server-no-addresses = 无，本机没有连接任何网络
udp-time-server-own-interface = { $interface }，{ $kind }
udp-time-server-copy = 复制
udp-time-server-copy-which = 复制 { $what }
udp-time-server-copy-sent = 复制发送的内容

## 时间服务器：出了什么问题

udp-time-server-event-tick = { $text }
udp-time-server-event-error = 错误：{ $error }：{ $to }
udp-time-server-event-recovered = 已恢复：{ $to }
udp-time-server-fault-looking-up = 仍在查找该主机
udp-time-server-fault-no-address = 找不到该主机（{ $reason }）
udp-time-server-fault-no-interface = 本机没有接口 { $interface }
udp-time-server-fault-interface-down = { $interface } 已断开，请启用它或检查网线
udp-time-server-fault-no-broadcast = { $interface } 没有广播地址：它没有 IPv4 地址，或是点对点链路
udp-time-server-fault-no-lan = 本机所在的网络都没有广播地址
udp-time-server-fault-needs-interface = 请指明接口，例如 { $group }%eth0
udp-time-server-fault-queue-full = 系统的发送队列已满
udp-time-server-fault-not-sendable = 无法向这个地址发送
udp-time-server-fault-network-down = 网络已断开
interval-error-not-a-time = 请填写秒数，或带单位 ms、s、min、h 的数字，例如 0.5 或 250ms，而不是 { $typed }
interval-error-out-of-range = 间隔应在 50 ms 到 1 h 之间，而不是 { $typed }
zone-error = 未知时区，请使用 local、UTC 或 Europe/Berlin 这样的名称：{ $typed }
target-error-port = 端口应在 1 到 65535 之间，而不是 { $typed }
target-error-no-interface = 请指明接口，例如 broadcast:eth0
target-error-not-a-group = 组播组应在 224.0.0.0 到 239.255.255.255 之间，或以 ff 开头：{ $typed }
list-error-too-many = { $count } 个目标太多，上限为 { $max } 个

## 时间客户端：窗口

udp-time-client-start = 开始
udp-time-client-stop = 停止
udp-time-client-stopped = 已停止，请按“开始”
udp-time-client-stopped-faulty = 已停止，请先改正地址或端口
udp-time-client-opening = 正在打开 { $listen } 的端口 { $port }
udp-time-client-listening = { $place ->
    [interface] 正在监听 { $interface }，端口 { PORT($address) }，本网络
    [group] { $interfaces_count ->
        [0] 组 { $address } 正在等待网络
       *[other] 正在 { $interfaces } 上监听组 { $address }
    }
   *[address] 正在监听 { $address }，{ $reach }
}
listening-note-elsewhere = 另一个程序占有 { $holder }：只发往该地址的数据报会被它收到，这里收不到
listening-note-conflict-on-port = 另一个程序也在监听端口 { $port }：广播两者都能收到，只发给本机的数据报由后启动的程序收到
listening-note-conflict = 另一个程序也占用了 { $holder }：发往该地址的数据报由后启动的程序收到
listening-note-no-interface = 正在等待 { $wanted }：没有这个名称、已启用且支持组播的接口
listening-note-no-room-to-join = 系统不允许再加入更多组播组（net.ipv4.igmp_max_memberships，IPv6 为 net.core.optmem_max），请选择一个接口；未加入的接口：{ $not_joined }
listening-note-not-joined = 无法在 { $not_joined } 上加入该组（{ $reason }）
udp-time-client-event-listening = { udp-time-client-listening }{ $note_count ->
    [0] { "" }
   *[other] ；{ $note }
}
udp-time-client-event-error = 错误：{ $error }
udp-time-client-payload-empty = （空数据报）
udp-time-client-payload-cut = （已截断，共 { $bytes } 字节）
udp-time-client-event-datagram =
    Date time: { $bytes ->
        [0] { udp-time-client-payload-empty }
       *[other] { EXCERPT($text, max: 2000) }{ CUT($text, 0, max: 2000) ->
            [0] { "" }
           *[other] {" "}{ udp-time-client-payload-cut }
        }
    }
    Host: { $host }
    Port: { $port }
    { "" }
udp-time-client-report-quality = 质量：{ $message }
udp-time-client-report-counters = 数据报：{ $message }
udp-time-client-between = ，
udp-time-client-nothing-heard = 还没有内容；请启动一个向本机的这个端口发送的时间服务器
udp-time-client-not-listening = 没有在监听，收不到任何内容
udp-time-client-trying-again = 每秒重试一次
udp-time-client-use-port = 改用 { $port }
udp-time-client-own-clock = 本机时钟在 { $at } 跳变了 { $by }：时钟被调整过，或计算机休眠过；偏差重新计算
udp-time-client-buffer = 接收缓冲区 { COUNT($granted) } KiB{ $is_less ->
    [yes] ，请求的是 { COUNT($asked) } KiB：系统不允许更多（net.core.rmem_max）
   *[no] { "" }
}
udp-time-client-counters = 收到 { COUNT($received) }{ $second_copies ->
    [0] { "" }
   *[other] {" "}· 合并重复 { COUNT($second_copies) }
}{ $dropped ->
    [0] { "" }
   *[other] {" "}· 未显示 { COUNT($dropped) }
}{ $lost_by_system ->
    [0] { "" }
   *[other] {" "}· 操作系统丢弃 { COUNT($lost_by_system) }
}{ $errors ->
    [0] { "" }
   *[other] {" "}· 错误 { COUNT($errors) }
}{ $senders_forgotten ->
    [0] { "" }
   *[other] {" "}· 移出列表的发送者 { COUNT($senders_forgotten) }
}
udp-time-client-listen-on = 监听地址
udp-time-client-listen-there = 改为监听这里
udp-time-client-choose = 选择...
udp-time-client-interface = 接口
udp-time-client-every-interface = 所有接口
udp-time-client-here = 仅限本机，{ $address }
udp-time-client-every-network-v4 = 所有网络，IPv4
udp-time-client-every-network = 所有网络，IPv4 和 IPv6
udp-time-client-only-interface = 仅 { $name }，{ $kind }{ $address }{ $state ->
    [down] ，不可用
   *[up] {""}
}
udp-time-client-group = 组播组 { $group }
udp-time-client-settings-listen = 监听
udp-time-client-start-with-window = 打开窗口时开始监听
udp-time-client-key-start = 开始或停止监听
udp-time-client-key-quality = 显示或隐藏发送者的质量
udp-time-client-key-remove = 移除已静默的发送者

## 时间客户端：发送者

udp-time-client-column-sender = 发送者
udp-time-client-column-time = 时间
udp-time-client-column-offset = 偏差
udp-time-client-column-jitter = 抖动
udp-time-client-column-lost = 丢失
udp-time-client-column-heard = 最近
udp-time-client-silent = 已静默，{ $ago }
udp-time-client-silent-short = 已静默
udp-time-client-heard-at = 最近一次收到：{ $at }
udp-time-client-now = 现在
udp-time-client-ago-seconds = { $count } 秒前
udp-time-client-ago-minutes = { $count } 分钟前
udp-time-client-ago-hours = { $count } 小时前
udp-time-client-ago-days = { $count } 天前
udp-time-client-unit-days = 天
udp-time-client-offset-range = { $low } 至 { $high } { $unit }
udp-time-client-sender-text = { $source }（文本）
udp-time-client-remove = 移除
udp-time-client-remove-hint = 只能移除已静默的发送者
udp-time-client-sender-at = { $name }，来自 { $source }
udp-time-client-quality-of = 质量：{ $sender }
udp-time-client-copy-figures = 复制数据
udp-time-client-save-figures = 保存数据...
udp-time-client-save-figures-hint = 最近十分钟，保存为 CSV 表格
udp-time-client-only-its = 只看它的数据报
udp-time-client-close-quality = 隐藏质量
udp-time-client-no-time = 没有偏差：它的数据报中没有可识别的时间
udp-time-client-zone-shift = 它的时钟相差 { $shift }：视为另一个时区，不算偏差
udp-time-client-clock-set = 它的时钟在 { $at } 跳变了 { $by }{ $times ->
    [1] {""}
   *[other] ，共 { $times } 次
}
udp-time-client-not-known = 未知
udp-time-client-quality = 偏差 { $offset }，抖动 { $jitter }，间隔 { $interval }，收到 { $received }，{ $is_counted ->
    [no] 丢失数未知
   *[yes] 丢失 { $lost }，重复 { $duplicate }，乱序 { $reordered }，重启 { $restarted }{ $gaps ->
        [0] { "" }
       *[other] ，间断 { $gaps }
    }
}{ $is_silent ->
    [yes] ，自 { $heard } 起静默
   *[no] { "" }
}
udp-time-client-plot-heading = { $name }（{ $unit }）
udp-time-client-plot-lost = x 表示丢失
udp-time-client-plot-resumed = | 表示恢复监听
udp-time-client-plot-point = { $name } { $value }，{ $seconds } 秒前
udp-time-client-plot-label = 最近十分钟的{ $name }，最新 { $value }

## 时间客户端：数据报

udp-time-client-datagrams = 数据报
udp-time-client-datagram-received = 接收时间
udp-time-client-datagram-sender = 发送者
udp-time-client-datagram-text = 内容
udp-time-client-datagram-bytes = 字节
udp-time-client-datagram-note = 备注
udp-time-client-mark-lost = 此前丢失 { $count } 个
udp-time-client-mark-duplicate = 重复
udp-time-client-mark-late = 迟到
udp-time-client-mark-restarted = 已重启
udp-time-client-mark-resumed = 此前未监听
udp-time-client-pause = 暂停
udp-time-client-pause-hint = 期间收到的数据报会等待，最多保留最新的 100,000 个
udp-time-client-resume = 继续
udp-time-client-resume-waiting = 继续，{ COUNT($count) } 个等待
udp-time-client-every-sender = 显示所有发送者
udp-time-client-datagram = 来自 { $source } 的数据报，{ $time }，{ $bytes } 字节
udp-time-client-copy-bytes = 复制字节
udp-time-client-copy-bytes-hint = 复制为十六进制和文本
udp-time-client-close-bytes = 隐藏字节
udp-time-client-save-figures-to = 将数据保存到

## 聊天服务器：窗口

tcp-chat-server-start = 启动服务器
tcp-chat-server-stop = 停止服务器
tcp-chat-server-stopped = 已停止，请按“启动服务器”
tcp-chat-server-stopped-faulty = 已停止，请先改正设置
tcp-chat-server-starting = 正在查找要监听的地址
tcp-chat-server-listening = 正在监听所有网络
tcp-chat-server-clients-connect-to = 客户端请连接
tcp-chat-server-own-clients-connect-to = 本机客户端请连接
tcp-chat-server-copy-address = 复制地址
tcp-chat-server-open-chat = 打开聊天窗口
chat-window-error-missing = 无法打开聊天窗口，缺少聊天客户端：{ $file }
chat-window-error-other = 无法打开聊天窗口，聊天客户端无法启动（{ $reason }）：{ $file }
tcp-chat-server-listen-computer = 仅限本机
tcp-chat-server-listen-every = 所有网络
tcp-chat-server-stopping = 正在停止，正在回答最后的问题
tcp-chat-server-try-again = 重试
tcp-chat-server-use-port = 改用 { $port }
tcp-chat-server-listen-on = 监听地址
tcp-chat-server-listen-on-hint = 地址、localhost 或 any
tcp-chat-server-max-clients = 客户端上限（个）
tcp-chat-server-max-clients-hint = 超出的客户端会被拒绝并告知原因；每个客户端占用一个文件描述符
tcp-chat-server-max-of-address = 每个地址上限（个）
tcp-chat-server-max-of-address-hint = IPv6 按整个网络（/64）计算；本机的客户端不受此限
tcp-chat-server-max-calls = 同时询问机器人（次）
tcp-chat-server-max-calls-hint = 其余消息排队等候
tcp-chat-server-out-of-range = “{ $name }”应为 { $min } 到 { $max } 的整数
tcp-chat-server-settings-listen = 监听
tcp-chat-server-settings-limits = 上限
tcp-chat-server-settings-in-use = 服务器停止后才能修改
tcp-chat-server-start-with-window = 打开窗口时启动服务器
tcp-chat-server-clients = 客户端 { $count }
tcp-chat-server-nobody = 没有客户端连接
tcp-chat-server-counters = { $clients } 个客户端 · 提问 { $asked } · 已答 { $answered }
tcp-chat-server-totals = 启动以来连接 { $connected } 次{ $refused ->
    [0] {""}
   *[other] ，拒绝 { $refused } 次
}，提问 { $asked } 条，回答 { $answered } 条，失败 { $failed } 条，每秒回答 { $rate } 条，收到 { $received }，发出 { $sent }
tcp-chat-server-log = 日志
tcp-chat-server-log-unseen = 日志，{ $count } 个新问题
tcp-chat-server-show = 显示
tcp-chat-server-show-all = 全部
tcp-chat-server-show-warnings = 警告
tcp-chat-server-show-warnings-hint = 警告和错误
tcp-chat-server-show-errors = 错误
tcp-chat-server-level-warning = 警告：{ $text }
tcp-chat-server-level-error = 错误：{ $text }

## 聊天服务器：客户端列表

tcp-chat-server-column-address = 地址
tcp-chat-server-column-port = 端口
tcp-chat-server-column-since = 连接时间
tcp-chat-server-column-asked = 提问
tcp-chat-server-column-answered = 已回答
tcp-chat-server-column-bytes-in = 收到
tcp-chat-server-column-bytes-out = 发出
tcp-chat-server-column-state = 状态
tcp-chat-server-column-last-error = 最近的错误
tcp-chat-server-sort-by = 按{ $column }排序
tcp-chat-server-not-sorted = { $column }，未排序
tcp-chat-server-sorted-ascending = { $column }，升序
tcp-chat-server-sorted-descending = { $column }，降序
tcp-chat-server-idle = 空闲
tcp-chat-server-waiting-next = 等待中，下一个
tcp-chat-server-waiting = 等待中，前面 { $ahead } 个
tcp-chat-server-asking = 正在询问机器人
tcp-chat-server-more = { $state }，另有 { $count } 条
tcp-chat-server-disconnect = 断开
tcp-chat-server-disconnect-ask = 断开...
tcp-chat-server-disconnect-question = 要断开 { $address } 吗？“TCP 聊天”以外的客户端可能会自动重新连接
tcp-chat-server-do-not = 取消
tcp-chat-server-disconnect-whom = 断开 { $address }
tcp-chat-server-client = { $encrypted ->
    [yes] {"已加密，"}
   *[no] {"未加密，"}
}{ $since } 连接，提问 { $asked } 条，回答 { $answered } 条，收到 { $received }，发出 { $sent }
tcp-chat-server-last-error = 最近的错误：{ $error }
tcp-chat-server-key-rows = 上一个或下一个客户端
tcp-chat-server-key-start = 启动或停止服务器

## 聊天服务器：发生了什么

tcp-chat-server-event-listening = 正在监听 { $address }，{ $reach }
tcp-chat-server-event-waiting = { $reason }
tcp-chat-server-event-listen-failed = { $reason }
tcp-chat-server-event-accept-failed = 无法接受连接，正在重试：{ $message }
tcp-chat-server-event-few-descriptors = 文件描述符不够所有客户端使用：可能需要 { $needed } 个，系统只允许 { $allowed } 个，参见 "ulimit -Hn"
tcp-chat-server-event-bot-notice = { $bot }：{ $notice }
tcp-chat-server-event-refused = 已拒绝，地址 { IP($address) }，端口 { PORT($address) }：{ $reason }
tcp-chat-server-event-connected = 已连接，地址 { IP($address) }，端口 { PORT($address) }
tcp-chat-server-event-disconnected = 已断开，地址 { IP($address) }，端口 { PORT($address) }{ $reason_word ->
    [closed_by_client] { "" }
   *[other] ：{ $reason }
}
tcp-chat-server-event-not-encrypting = 警告：无法加密连接：{ $reason }
start-error-no-tls = 无法加密连接：{ $reason }
start-error-no-pass = { pass-error }
start-error-pass-gone = 本机没有保存口令：请在设置中重新输入，或将其移除
start-error-pass-not-read = 无法读取口令（{ $store }）：请在设置中重新输入，或将其移除
tcp-chat-server-event-pass-not-kept = 下次启动后须重新输入口令：{ $reason }
tcp-chat-server-pass-kept = 保存在密钥库中
tcp-chat-server-pass-remove-ask = 移除...
tcp-chat-server-pass-remove-question = 要从密钥库移除口令吗？没有口令时，服务器对所有人开放
tcp-chat-server-pass-remove = 移除
tcp-chat-server-settings-access = 加密与访问
tcp-chat-server-tls = 加密
tcp-chat-server-tls-on = 加密和未加密
tcp-chat-server-tls-only = 只接受加密
tcp-chat-server-tls-off = 只接受未加密
tcp-chat-server-pass = 口令
tcp-chat-server-pass-none = 无
tcp-chat-server-pass-hint = 客户端在得到回答之前必须说出的口令；系统的密钥库会为下次启动保存它
tcp-chat-server-pass-suggest = 生成口令
tcp-chat-server-networks = 网络
tcp-chat-server-networks-all = 任何地方
tcp-chat-server-networks-hint = 例如 192.168.1.0/24，用逗号分隔；127.0.0.1 和 ::1 总是允许
tcp-chat-server-key = 密钥
tcp-chat-server-copy-key = 复制密钥
tcp-chat-server-copy-invitation = 复制邀请
tcp-chat-server-copy-invitation-hint = 一行文字，包含地址、密钥和口令；粘贴到聊天客户端的服务器栏
access-words = { $encryption ->
    [only] 只接受加密连接
    [on] 接受加密和未加密的连接
   *[off] 只有未加密的连接，网络上的其他人可以读到
}{ $pass ->
    [wanted] {"，需要口令"}
    [here] {"，需要口令，但只接受本机：其他计算机须加密才能说出口令"}
   *[none] {"，不需要口令"}
}{ GIVEN($networks) ->
    [yes] {"，来自 "}{ $networks }
   *[no] {""}
}
tcp-chat-server-lan-only = 仅限本局域网
tcp-chat-server-lan-only-hint = 只接受来自 { $networks } 的客户端，其他的会被断开
tcp-chat-server-let-all-in = 接受所有网络
tcp-chat-server-event-encrypts = 也接受加密连接，密钥是 { $key }
tcp-chat-server-event-encrypted = 此后加密：地址 { IP($address) }，端口 { PORT($address) }
tcp-chat-server-event-encoding = 客户端 { $address } 使用 { $encoding } 编码
tcp-chat-server-event-asked = 客户端 { $address } 提问：{ EXCERPT($text) }{ CUT($text, $bytes) ->
    [0] { "" }
   *[other] （已截断，共 { $bytes } 字节）
}
tcp-chat-server-event-answered = { $bot } 用 { SECONDS($elapsed_ms) } 秒回答 { $address }：{ EXCERPT($text) }{ CUT($text, $bytes) ->
    [0] { "" }
   *[other] （已截断，共 { $bytes } 字节）
}{ $fallbacks_count ->
    [0] { "" }
   *[other] {" "}[{ $fallbacks }]
}
tcp-chat-server-event-failed = 没有回答 { $address }：{ $error }
tcp-chat-server-report-stats = { $message }
refusal-too-many-clients = 已有 { $max } 个客户端连接
refusal-not-allowed = 不允许它所在的网络
refusal-too-many-of-address = 该地址或网络已有 { $max } 个客户端连接
disconnect-reason-closed-by-client = 客户端关闭了连接
disconnect-reason-at-fault = { $error ->
    [unknown_protocol] 本服务器不支持它的协议
    [record_too_long] 它的一条记录太长
    [bad_record] 它违反了协议
    [duplicate_id] 同一编号的消息还在等待回答
    [unfinished_record] 有一条记录没有写完
    [idle] 它太久没有说话
   *[other] { $detail }
}
disconnect-reason-not-encrypted = { $tls }
disconnect-reason-slow-reader = 客户端不读取回答
disconnect-reason-broken = { $network }
disconnect-reason-stopped = 服务器正在停止
disconnect-reason-by-user = 被服务器的管理者断开{ $stays_away ->
    [true] ，已告知客户端在用户重新连接之前不要回来
   *[false] { "" }
}
disconnect-reason-internal = 内部错误，请报告
tcp-chat-server-event-stopped = 已停止

## 聊天服务器：消息没有回答的原因

ask-error-no-bots = 没有设置机器人
ask-error-no-reply = { $failures }
ask-error-cancelled = 客户端取消了
ask-error-blank = 消息是空白的
ask-error-too-long = 消息有 { $len } 字节，上限是 { $max }
ask-error-plain = { $error }
ask-error-queue-full = 已有 { $max } 条消息在等待，这一条被拒绝
ask-error-server-full = 服务器上等待的消息已有 { $max } 字节，这一条被拒绝，请稍后再试
ask-error-queue-overflow = 已有 { $max } 条消息在等待，另有 { $count } 条被拒绝
ask-error-server-stops = 服务器正在停止
ask-error-client-disconnected = 被服务器的管理者断开

## 聊天服务器：机器人的状况

tcp-chat-server-bot-asked-again = 正在提问，自 { $since } 起没有回答：{ $error }
tcp-chat-server-bot-unasked = 尚未询问
tcp-chat-server-bot-unanswered = 尚无回答
tcp-chat-server-bot-asked = 正在询问
tcp-chat-server-bot-at-once = 回答很快
tcp-chat-server-bot-answers = 约 { $secs } 秒回答
tcp-chat-server-bot-fails = 从 { $since } 起没有回答：{ $error }
tcp-chat-server-bot-fails-next = 从 { $since } 起没有回答，下一个问题时再试：{ $error }
tcp-chat-server-bot-fails-again = 从 { $since } 起没有回答，{ $secs } 秒后再试：{ $error }
bot-failure-failed = { $bot } 失败（{ $error }）
bot-failure-failed-and-rests = { $bot } 失败（{ $error }；暂停 { $rests_secs } 秒）
bot-failure-not-asked = 没有询问 { $bot }（{ $error }）
tcp-chat-server-bot-noticed = { $notice }；{ $state }
bot-error-unreachable = { $reason }：{ $host }
bot-error-proxy-failed = 代理 { $proxy }：{ $reason }
bot-error-timed-out = { $after } 秒内没有回答
bot-error-stalled = { $after } 秒内没有后续内容
bot-error-cut-off = 回答中断：{ $reason }
bot-error-status = 服务返回 HTTP 状态 { $status }
bot-error-redirect = 服务转到了另一个地址（HTTP 状态 { $status }），请改用那个地址
bot-error-refused = 服务说：{ $text }
bot-error-question-refused = 服务说：{ $text }
bot-error-context-too-long = 对话对模型来说太长了：发送 /new 可开始新对话（服务说：{ $text }）
bot-error-no-such-model = 服务说：{ $text }{ $advice }
bot-error-declined = 模型拒绝回答：{ $text }
bot-error-filtered = 被服务的内容过滤拦截
bot-error-says-it-failed = 服务报告失败
bot-error-code = { $meaning }（代码 { $code }）
bot-error-bad-key = 服务不接受该密钥{ $advice }
bot-error-quota = 服务的配额已用完{ $advice }
bot-error-loading = 正在加载模型
bot-error-retry-later = { $error }；{ $secs } 秒后再试
bot-error-resting = 连续失败 { $failures } 次，最后一次：{ $last }；{ $secs } 秒后再试
bot-error-asked-too-often = 已达到 { $within } 秒 { $calls } 次的上限；{ $secs } 秒后再试
bot-error-not-a-reply = 服务没有给出回答，而是{ $body }
bot-error-not-understood = 服务答不上来
bot-error-advert = 回答只有广告
bot-error-empty = 回答是空的
bot-error-only-thought = 模型只有思考，没有回答
bot-error-length-reached = 回答已达到最大长度
bot-error-too-long = 回答超过 { $max } 字节
bot-error-question-too-long = 问题使请求达到 { $len } 字节，上限是 { $max }
bot-error-question-unfit = 问题不能放进服务地址的路径
bot-error-too-many-characters = 问题有 { $len } 个字符，服务最多接受 { $max } 个
bot-error-no-key = { $value }
bot-error-setup = { $value }
bot-error-not-reached = 无法连接机器人
bot-error-not-set-up = 机器人尚未设置好

## 聊天服务器：机器人的服务没有回答的原因

service-fault-no-address = 无法解析该主机名
service-fault-certificate = 它的证书不受信任（{ $reason }）
service-fault-no-encryption = 服务没有使用加密，地址请改用 http://
service-fault-proxy-login = 它要求用户名和密码，或者给出的不正确
service-fault-no-tunnel = 它不连接该服务
service-fault-not-there = 无法连接
service-fault-ended-early = 服务过早结束了
service-fault-network = { $value }
service-fault-other = { $reason }
unexpected-body-nothing = 空内容
unexpected-body-not-utf8 = 不是 UTF-8 的文字
unexpected-body-web-page = 网页
unexpected-body-not-json = 不是 JSON 的内容
unexpected-body-event-not-json = 不是 JSON 的事件
unexpected-body-no-result = 没有 result 的 JSON
unexpected-body-no-code = 没有 code 的 JSON
unexpected-body-no-status = 没有 status 的 JSON
unexpected-body-no-choices = 没有 choices 的 JSON
unexpected-body-no-reply = 指定位置没有回答的 JSON
unexpected-body-no-error-field = 没有错误字段的 JSON
unexpected-body-no-models = 模型列表以外的内容
advice-bad-characters = ：其中有密钥不会有的字符
advice-compare-with-project = ：请与服务中该项目的密钥核对
advice-compare-with-robot = ：请与服务的机器人设置中的密钥核对
advice-give-key = ：请输入该服务的密钥
advice-give-model = ：请输入该服务有的模型名称
advice-see-plan = ：请等待，或在服务中查看该项目的套餐
advice-wait-for-tomorrow = ：请等到明天，或在服务中查看账户
advice-use-other-key = ：请等待，或换一个密钥
advice-none = {""}
code-meaning-unreadable = 服务看不懂请求
code-meaning-incomplete = 服务认为请求不完整
code-meaning-encryption-on = 密钥的加密开关已打开：请在服务的机器人设置中关闭
code-meaning-no-permission = 该密钥没有这项权限：请查看服务的机器人设置
code-meaning-bad-user = 服务不接受用户编号
code-meaning-too-many-users = 服务认为该密钥的用户太多：请在服务中查看账户
code-meaning-no-text = 服务在问题中没有找到文字
code-meaning-too-long = 问题太长，服务不接受
code-meaning-own-fault = 服务自身出错：请稍后再试
code-meaning-refuses = 服务拒绝回答
setup-fault-key-in-header = 密钥中有请求头 { $name } 不能包含的字符
setup-fault-no-model = 服务没有列出可以聊天的模型，请填写模型名称
setup-fault-proxy = 变量 { $variable } 中的代理不能使用，地址应以 http://、https://、socks5:// 或 socks4:// 开头
setup-fault-template = { $value }
setup-fault-other = { $reason }

## 聊天服务器：机器人的密钥

tcp-chat-server-key-hint = 来自 { $variable } 或密钥库（如有）
tcp-chat-server-key-about = 在此输入的密钥只保留到窗口关闭；存入密钥库可长期保留
tcp-chat-server-key-keep = 存入密钥库
tcp-chat-server-key-keep-whose = 把 { $bot } 的密钥存入密钥库
tcp-chat-server-key-keep-hint = 请先输入密钥
tcp-chat-server-key-forget-ask = 删除...
tcp-chat-server-key-forget-question = 要从密钥库删除 { $bot } 的密钥吗？删除后无法恢复
tcp-chat-server-key-forget = 删除
tcp-chat-server-key-forget-whose = 从密钥库删除 { $bot } 的密钥
tcp-chat-server-key-forget-hint = 从密钥库删除这个机器人的密钥
tcp-chat-server-key-asking = 正在等待密钥库，它可能要求输入密码
tcp-chat-server-key-kept = 密钥已存入密钥库
tcp-chat-server-key-forgotten = 密钥已从密钥库删除
tcp-chat-server-key-none = 密钥库里没有密钥
key-store-error-missing = 这里没有密钥库
key-store-error-locked = 密钥库已锁定，请解锁后再试
key-store-error-late = 密钥库在 { $after } 秒内没有回答：如果它在询问密码，请输入，然后再试
key-store-error-unusable = 密钥库里这个名字下是别的内容，请删除后重新存入密钥
key-store-error-failed = 密钥库出错：{ $reason }
missing-key-not-given = 没有密钥，请输入或设置 { $variable }
missing-key-not-kept = 没有密钥，请输入或设置 { $variable }（{ $error }）
missing-key-file-unreadable = 无法读取密钥文件（{ $error }）：{ $file }
missing-key-file-empty = 密钥文件的第一行是空的：{ $file }

## 聊天服务器：机器人

tcp-chat-server-bots = 机器人（按此顺序提问）
tcp-chat-server-bots-in-use = 停止服务器后才能修改列表
tcp-chat-server-bot-more = { $bot } 的更多操作
tcp-chat-server-bot-test = 测试
tcp-chat-server-bot-test-of = 测试 { $bot }
tcp-chat-server-bot-settings = 设置
tcp-chat-server-bot-settings-of = 设置 { $bot }
tcp-chat-server-bot-up = 上移
tcp-chat-server-bot-down = 下移
tcp-chat-server-bot-remove = 移除
tcp-chat-server-bot-add = + 添加
tcp-chat-server-bot-list-models = 列出模型
tcp-chat-server-bot-no-models = 该服务没有提供模型
tcp-chat-server-bot-more-models = 还有 { $count } 个模型：请直接输入名称
tcp-chat-server-bot-models-failed = 无法列出模型：{ $error }
tcp-chat-server-bot-tested = 正在问 { $bot }“{ $question }”... { $secs } 秒
tcp-chat-server-bot-dismiss-test = 关闭 { $bot } 的测试结果
tcp-chat-server-bot-never-asked = 不会被问到：排在前面的 { $before } 总会回答
tcp-chat-server-bot-put-first = 先问它，然后才问 { $behind }
tcp-chat-server-bot-put-before = 已放在总会回答的 { $behind } 前面
tcp-chat-server-bot-removed = 已移除：{ $bot }
tcp-chat-server-bot-undo-remove = 撤销
tcp-chat-server-bot-tested-replied = { $bot } 用 { $secs } 秒回答：
tcp-chat-server-bot-tested-failed = { $bot } 在 { $secs } 秒后失败：{ $error }
bot-option-error-together = { $bot } 尚未设置好：{ $reason }
bot-option-error-unknown = { $bot } 没有这个选项，{ $known_count ->
    [0] 它没有选项
   *[other] 它有 { $known }
}：{ $name }
bot-option-error-value = { $bot }.{ $name } 的值不对：{ $expected }
bot-option-error-not-in-list = 列表里没有这个机器人，请用 --bot 添加：{ $bot }
bot-option-error-no-bot-with = 列表里没有机器人有这个选项，请用 --bot 添加：{ $name }
bot-option-error-no-bot-with-key = 列表里没有这样的机器人有密钥，请用 --bot 添加
bot-option-error-form = --bot-option 应写作 BOT.NAME=VALUE
bot-list-error-unknown = 没有这个名称的机器人，请用 { $known }：{ $word }
bot-list-error-twice = 一个机器人在列表里只能出现一次：{ $bot }
tcp-chat-server-bot-not-remembered = 不会保存，其中可能含有机密：请改写为 {"{"}key{"}"}，并在上方输入密钥
tcp-chat-server-bot-key = 密钥
tcp-chat-server-bot-key-from-file = 来自 { $file }
tcp-chat-server-bot-key-typed = 使用在此输入的密钥
tcp-chat-server-bot-key-in-clear = 密钥以明文发送：从这里到服务途中的任何人都能看到
option-fault-count = 应为 { $min } 到 { $max } 的整数
bot-url-error-not-http = 这不是 http:// 或 https:// 地址：{ $typed }
bot-url-error-too-much = 请去掉用户名，以及 ? 或 # 之后的内容
option-fault-rate = 应为次数和秒数，如 200/600，或 none
option-fault-switch = 应为 yes 或 no
option-fault-choice = 应为其中之一：{ $words }
option-fault-line = 应为一行，最多 { $max } 个字符
option-fault-language = 这不是语言代码，请用 auto，或 en、zh-CN、zh-TW、vi 这样的代码：{ $typed }

## 聊天服务器：自己的服务设置有什么问题

template-error-no-url = 需要服务的地址，请填写
template-error-not-http = 这不是 http:// 或 https:// 地址：{ $typed }
template-error-too-much = 地址中有用户名或 # 片段，请去掉：密钥写作 {"{"}key{"}"}
template-error-moving-host = 地址中的主机和端口是固定的，占位符只能写在其后
template-error-placeholder = 地址中没有这样的占位符，请用 {"{"}text{"}"}、{"{"}key{"}"}、{"{"}user{"}"}，花括号写作 %7B 和 %7D：{ $typed }
template-error-no-text = 问题没有去处：请在地址或请求体中写入 {"{"}text{"}"}
template-error-body = 请求体不是 JSON（{ $reason }）；占位符要写在引号内
template-error-body-of-get = GET 请求不能有请求体
template-error-header = 请求头写作“名称: 值”，其中不能有 {"{"}text{"}"}，也不能是 HTTP 自用的请求头：{ $name }
template-error-open-secret = 机密不应直接写出，请改写为 {"{"}key{"}"}，并作为机器人的密钥给出：{ $name }
template-error-pointer = 这不是 JSON 指针，应形如 /data/0/text，名称中的 / 写作 ~1，~ 写作 ~0：{ $typed }
template-error-error-without-reply = 有错误字段就要有回答字段，请两个都填写
template-error-good-without-error = 正常值是错误字段的值，请两个都填写
template-error-no-key = 用到了 {"{"}key{"}"}，但没有密钥

## 聊天服务器：知识文件有什么问题

bot-notice-brain = 知识文件{ $fault }，改用机器人自带的知识：{ $file }
bot-notice-no-key = { $reason }
bot-notice-key-store = { $reason }
brain-file-error-unreadable = 无法读取（{ $error }）
brain-file-error-faulty = 第 { $line } 行有错（{ $fault }）
brain-fault-unknown-line = 行首应为 + - @ ^ 或 //，而不是 { $word }
brain-fault-unknown-tag = 知识语言里没有 { $tag }
brain-fault-no-trigger = { $sign } 之前要有触发语 (+)
brain-fault-no-reply = 这个触发语没有回答 (-)
brain-fault-repeated = 第 { $first } 行已有这个触发语
brain-fault-no-words = 触发语没有词语
brain-fault-unpaired = 触发语里的 { $sign } 没有配对
brain-fault-too-deep = 触发语的括号嵌套太深
brain-fault-empty = 其中没有触发语 (+)

## 聊天服务器：机器人的设置

bot-option-url = 地址
bot-option-timeout = 时限（秒）
bot-option-rate = 频率（次数/秒数）
bot-option-keep-adverts = 保留广告
bot-option-language = 语言
bot-option-bad-words = 粗话比例（%）
bot-option-brain = 知识文件
bot-option-model = 模型
bot-option-system = 指示
bot-option-memory = 记忆（轮）
bot-option-memory-bytes = 记忆（字节）
bot-option-max-tokens = 回答上限（token）
bot-option-first-secs = 开始回答时限（秒）
bot-option-next-secs = 后续内容时限（秒）
bot-option-method = 方法
bot-option-header = 请求头
bot-option-body = 请求体
bot-option-reply = 回答字段
bot-option-error = 错误字段
bot-option-good = 正常值
bot-option-line-break = 换行标记
bot-option-name = 名称

## 聊天服务器：机器人及其设置的说明

bot-qingyun = 互联网公共服务，不加密；用中文聊天：天气、翻译、歌词、笑话、计算、归属地、成语等
bot-turing = 图灵机器人，互联网服务，不加密，密钥也是明文；用中文聊天
bot-simsimi = SimSimi（小黄鸡），互联网服务，能用多种语言闲聊
bot-http = 你自己的服务：在一次 HTTP 请求中接受问题，并以文本或 JSON 回答
bot-openai = 采用 OpenAI 聊天接口的模型：Ollama、llama.cpp、vLLM、LM Studio、云服务
bot-builtin = 无需联网：报时、计算、掷骰子和简单聊天
bot-echo = 原样重复收到的话，用来测试连接
bot-turing-key = 机器人在该服务的 apikey，须关闭加密开关；以明文发送
bot-simsimi-key = 项目在该服务的密钥
bot-http-key = 替换 {"{"}key{"}"} 的内容；地址为 http:// 时以明文发送
bot-openai-key = 云服务会提供密钥；Ollama 不需要
bot-option-url-about = 代替该服务自己的地址，不含查询部分
bot-openai-url-about = 服务的地址，可带或不带 /v1
bot-http-url-about = 服务的地址，{"{"}text{"}"} 代表问题，{"{"}user{"}"} 是客户端的随机编号
bot-option-timeout-about = 回答最多可用的秒数
bot-option-rate-about = 该服务在若干秒内允许的次数，或 none；超出时由下一个机器人回答
bot-option-keep-adverts-about = 是否显示只有广告的回答
bot-option-language-about = 回答所用的语言，如 en、zh-CN、zh-TW 或该服务自己的代码；auto 则按问题的文字判断
bot-option-bad-words-about = 回答有多大可能粗鲁，以百分比表示
bot-option-brain-about = 代替内置内容的知识文件
bot-option-model-about = 模型名称；不填则使用服务列出的第一个可以聊天的模型
bot-option-system-about = 每次对话之前告诉模型的话
bot-option-memory-about = 再次告诉模型的对话轮数，最多 100；/new 清除记忆
bot-option-memory-bytes-about = 其中最多多少字节
bot-option-max-tokens-about = 最长的回答，以模型的 token 计
bot-option-first-secs-about = 回答开始前最多等待的秒数，包括加载模型的时间
bot-option-next-secs-about = 两段回答之间最多等待的秒数
bot-option-method-about = GET、POST、PUT 或 PATCH；不填时有请求体则用 POST，否则用 GET
bot-option-header-about = 要发送的请求头，名称: 值，每行一个，也可多次给出，{"{"}key{"}"} 代表密钥
bot-option-body-about = 要发送的 JSON，{"{"}text{"}"} 写在引号内
bot-option-reply-about = 回答在 JSON 中的位置，如 /data/0/text；不填则全部内容都是回答
bot-option-error-about = JSON 中表示错误的位置，如 /status；有内容即为错误，或与正常值不同即为错误
bot-option-good-about = 没有错误时错误字段的值
bot-option-line-break-about = 该服务表示换行的写法，如 {"{"}br{"}"}
bot-option-name-about = 它在聊天中的名称

## 在网络上找到的服务器

discovery-error-port-refused = 服务器公告使用的端口 5353 被拒绝：{ $reason }
discovery-error-other = { $reason }
discovery-error-nothing-heard = { $seconds } 秒内没有在本网络上发现服务器
discovery-event-found = { $name }，地址 { $address }{ $tls ->
    [true] ，已加密
   *[false] { "" }
}{ $pass ->
    [true] ，需要口令
   *[false] { "" }
}
announce = 允许网络上的其他人找到此服务器
announced-as = 在网络上的名称是 { $name }
servers-unheard = 无法发现本网络上的服务器：{ $reason }
not-announced = 网络上的其他人找不到此服务器：{ $reason }
tcp-chat-server-announce-hint = 服务器监听到本机以外时，向网络公告（mDNS）本机名称、端口、密钥的前 16 位以及是否需要口令
tcp-chat-server-event-announced = { announced-as }
tcp-chat-server-event-not-announced = { not-announced }
udp-time-server-event-announced = { announced-as }
udp-time-server-event-not-announced = { not-announced }
udp-time-server-announce-hint = 服务器发送到本机以外时，向网络公告（mDNS）本机名称和端口
udp-time-client-announced = 网络上有 { $name }（{ $address }），还没有收到它的数据
udp-time-client-announced-listen = 监听所有网络的端口 { $port }
udp-time-client-sender-announced = { $name }（{ $source }）
tcp-chat-client-found = 在本网络上找到
tcp-chat-client-found-encrypted = 已加密
tcp-chat-client-found-pass = 需要口令
tcp-chat-client-found-other-key = 与已知密钥不同
