"""The command line `huice`: each command is loaded when it is called, so that none waits for what another needs."""

from __future__ import annotations

from web.cli.console import ChineseGroup, debug_option

COMMANDS = {
    "match": ("web.cli.match:match_command", "用一家主体的事实对照政策，列出能得什么、得多少、还差什么"),
    "screen": ("web.cli.screen:screen_command", "用一份名册对照政策，每家每个项目写一行结果"),
    "impact": ("web.cli.impact:impact_command", "用一份名册测算规则改动的影响：谁增谁减，总额，预算够不够"),
    "recheck": ("web.cli.recheck:recheck_command", "照结果里写明的数逐行重演，看是否对得上"),
    "rules": ("web.cli.rules:rules", "检查规则文件，输出规则文件的格式"),
    "draw": ("web.cli.draw:draw", "双随机抽查：承诺、抽取、公开，人人可以核验"),
    "log": ("web.cli.log:log", "只增不改的日志：记录、公布、取证明、核验"),
    "witness": ("web.cli.witness:witness", "为日志做见证：签名前先核对它只增不改"),
    "audit": ("web.cli.audit:audit", "本系统的审计日志：请见证方签名，公布"),
    "alarms": ("web.cli.alarms:alarms_command", "写出今天的期限提醒"),
    "discretion": ("web.cli.discretion:discretion", "裁量权基准：算罚款幅度、核对基准表"),
    "serve": ("web.cli.serve:serve_command", "启动网站"),
    "seed": ("web.cli.seed:seed_command", "装入演示数据"),
    "network": ("web.cli.network:network", "规则网络：档案或政策一变，就告诉主体新能得的政策"),
    "people": ("web.cli.people:people", "设立最初的安全管理员"),
    "db": ("web.cli.db:db", "升级、降级、核对数据库"),
    "doctor": ("web.cli.doctor:doctor_command", "检查运行环境"),
}

main = ChineseGroup(
    name="huice",
    lazy=COMMANDS,
    params=[debug_option()],
    help="惠策：企业能领哪些政策、领多少，精确到分，逐条对得上文件。\n\n"
    "数据写到标准输出，提示写到标准错误；退出码 0 为成功，1 为有问题，2 为读不了或用法不对。",
)
