"""Questions about an article on the DMZ, and the few words by which a right citation is known."""

EIGHT: tuple[str, ...] = (
    "What is the DMZ Quid Pro Quo?",
    "Why is the DMZ Quid Pro Quo not working?",
    "What are the implications of the failing DMZ Quid Pro Quo?",
    "What lies ahead for the DMZ negotiations?",
    "Can any recent events affect the DMZ Quid Pro Quo?",
    "What role do external players have in the DMZ negotiations?",
    "Are there alternative strategies to the DMZ Quid Pro Quo?",
    "What can individuals do to support peace in the DMZ region?",
)

ANSWERABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("When was the DMZ established?", ("Established in 1953",)),
    ("What was the DMZ originally meant to be?", ("serve as a buffer zone",)),
    ("What does the phrase quid pro quo mean?", ("something for something", "a mutually beneficial arrangement", "revolves around mutual concessions")),
    (
        "Which concessions have usually been traded in the talks?",
        (
            "frequently focused on dismantling",
            "nuclear disarmament, sanctions relief",
            "military presence, economic cooperation",
        ),
    ),
    ("What does the DMZ stand for, apart from being a fence?", ("symbolizes the larger ideological", "powerful emblem", "complex tapestry")),
    ("Why was North Korea hit with sanctions?", ("prompted international sanctions",)),
    ("Are there many soldiers near the border?", ("significant military presence along",)),
    (
        "What destroyed the confidence between Pyongyang and other countries?",
        ("decades of hostility", "serve to heighten the mistrust", "failed to adhere"),
    ),
    ("Which actions make the suspicion even worse?", ("serve to heighten the mistrust",)),
    ("How did American presidents add to the confusion?", ("Obama, Trump, and Biden", "particularly the United States, create")),
    ("What is Kim Jong-un's regime most concerned about?", ("prioritizes regime survival",)),
    ("How do voters in the South affect the talks?", ("public opinion swings influence",)),
    ("Who is North Korea's main ally?", ("As North Korea’s primary ally", "as North Korea’s primary ally")),
    (
        "What does Beijing get out of investing in its neighbour?",
        ("serve its strategic interests", "The more dependent North Korea"),
    ),
    ("Why is dependence on China bad for disarmament?", ("The more dependent North Korea",)),
    ("Does engagement mean giving up pressure?", ("imply abandoning pressure tactics", "can coexist alongside sanctions")),
    (
        "Why go for little steps rather than one grand deal?",
        (
            "Instead of all-or-nothing arrangements",
            "smaller, incremental agreements",
            "soften relations and lay",
            "smaller, less contentious steps",
        ),
    ),
    ("Who could mediate between the two sides?", ("Involving nations like China", "pivotal role in facilitating dialogue")),
    ("benefits of direct communication channels", ("mitigate miscalculations", "even at lower levels")),
    ("Is it worth talking if only junior officials meet?", ("even at lower levels",)),
    ("examples of cultural exchange", ("joint sports events",)),
    ("How can contacts between ordinary people change the way the two sides see each other?", ("humanize both sides", "shared identity and goals")),
    (
        "Has Pyongyang kept its promises?",
        ("failed to adhere", "inconsistent commitment from both"),
    ),
    (
        "What happens when a different government takes power in one of the Koreas?",
        (
            "can change with new administrations",
            "different policy priorities",
            "opportunities for renewed dialogue",
            "shifts in political leadership",
        ),
    ),
    ("Could there be an arms race?", ("lead to an arms race",)),
    (
        "How would a collapse of the talks hurt the neighbours' economies?",
        ("disrupt regional economies",),
    ),
    (
        "wat could hapen if the negotiatons brake down",
        (
            "could reignite military tensions",
            "disrupt regional economies",
            "lead to an arms race",
            "multifaceted, impacting",
            "perpetuate cycles of animosity",
            "situation becomes increasingly precarious",
        ),
    ),
    (
        "How might tension between Washington and Beijing matter for Korea?",
        ("changes in the U.S.-China relationship",),
    ),
    ("What happens if a party gets less backing from the great powers?", ("perceives a decline in support",)),
    ("how does the US exert influense", ("exert significant influence",)),
    (
        "What would a multilateral framework be good for?",
        ("neutral ground for discussions", "more resilient and sustained", "just the two Koreas but"),
    ),
    (
        "How can social media be of use for peace?",
        ("using social media platforms", "greater pressure on policymakers"),
    ),
)

UNANSWERABLE: tuple[str, ...] = (
    "hello there",
    "tell me a joke",
    "what's your name?",
    "thank you so much",
    "how are you today?",
    "ok, bye",
    "What is the capital of Australia?",
    "How do I bake sourdough bread?",
    "Who won the football World Cup in 2014?",
    "How far is the moon from the earth?",
    "cheap flights to lisbon",
    "How does photosynthesis work?",
    "How wide is the DMZ?",
    "How many soldiers are stationed along the DMZ?",
    "On what day was the armistice signed?",
    "Who was president of South Korea when the DMZ was established?",
    "How many nuclear weapons does North Korea have?",
    "What happened at the Hanoi summit?",
    "How many landmines are buried in the DMZ?",
    "Who killed the American officers in the axe murder incident?",
    "How much money has China invested in North Korea?",
    "What is Japan's position on the negotiations?",
    "When was Kim Jong-un born?",
    "Can tourists visit the DMZ?",
)
