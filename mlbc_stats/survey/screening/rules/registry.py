"""The screening rules by name, in the order in which they are reported."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from types import MappingProxyType

from mlbc_stats.survey.screening.rules import answers, beside
from mlbc_stats.survey.screening.rules.rule import CORRELATION, SHARE, Rule

MEADE = "Meade & Craig (2012), doi:10.1037/a0028085"
JOHNSON = "Johnson (2005), doi:10.1016/j.jrp.2004.09.009"
HUANG = "Huang et al. (2012), doi:10.1007/s10869-011-9231-8"
QUALTRICS = "Qualtrics, Fraud Detection, https://www.qualtrics.com/support/survey-platform/survey-module/survey-checker/fraud-detection"
GOLDAMMER = "Goldammer et al. (2024), doi:10.3758/s13428-024-02484-3"
WESTWOOD = "Westwood (2025), doi:10.1073/pnas.2518075122"
AGENTS = f"language models pass nearly always: {WESTWOOD}"

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "attention": Rule(
            answers.attention,
            1,
            1,
            "at least {} attention check{s} answered otherwise than instructed",
            MEADE,
            f"finds inattention of the moment; {AGENTS}",
            excludes=True,
        ),
        "long_string": Rule(
            answers.long_string,
            1,
            12,
            "at least {} identical answers in a row on one scale",
            JOHNSON,
            f"blind to random answers; no better than chance in most conditions of {GOLDAMMER}",
            excludes=True,
        ),
        "average_string": Rule(
            answers.average_string,
            1,
            4,
            "{} or more answers per run of identical ones",
            MEADE,
            "blind to random answers; threshold by convention",
        ),
        "variability": Rule(
            answers.variability,
            -1,
            0.5,
            "standard deviation of the answers below {}",
            "Dunn et al. (2018), doi:10.1007/s10869-016-9479-0",
            f"blind to random answers; no better than chance in most conditions of {GOLDAMMER}; confounded with the "
            "trait (Conijn et al., 2019, doi:10.1080/00273171.2018.1563520)",
            excludes=True,
        ),
        "mahalanobis": Rule(
            answers.mahalanobis,
            -1,
            0.001,
            "distance from the centre of all cases with p below {}",
            MEADE,
            "assumes normal answers, so that skewed ones are flagged more often than p says; confounded with the trait "
            "(Conijn et al., 2019, doi:10.1080/00273171.2018.1563520)",
            within=SHARE,
        ),
        "even_odd": Rule(
            answers.even_odd_consistency,
            -1,
            0.30,
            "even–odd consistency below {}",
            JOHNSON,
            f"needs several scales; among the better indirect indices in {GOLDAMMER}",
            within=CORRELATION,
        ),
        "synonyms": Rule(
            answers.synonyms,
            -1,
            0.22,
            "correlation over pairs of items that others answer alike below {}",
            MEADE,
            "pairs are chosen in the same sample; few pairs make it noisy",
            within=CORRELATION,
        ),
        "antonyms": Rule(
            answers.antonyms,
            1,
            -0.03,
            "correlation over pairs of items that others answer the opposite way from {}",
            JOHNSON,
            "pairs are chosen in the same sample; few pairs make it noisy",
            within=CORRELATION,
        ),
        "person_fit": Rule(
            answers.person_fit,
            1,
            0.30,
            "Guttman errors of {} or more of what is possible",
            "Emons (2008), doi:10.1177/0146621607302479; Niessen et al. (2016), doi:10.1016/j.jrp.2016.04.010",
            "finds random answers, not straight lines; no cutoff of its own: this one is ours, from simulated answers",
            within=SHARE,
        ),
        "model_fit": Rule(
            answers.model_fit,
            -1,
            -2.33,
            "answers that a graded response model does not expect, lz* below {}",
            "Sinharay (2016), doi:10.1007/s11336-015-9465-x; Conijn et al. (2019), doi:10.1080/00273171.2018.1563520",
            "recommended for random answers by Conijn et al.; with few items a scale it flags less than the 1 % of its "
            "threshold",
            within=(-inf, inf),
        ),
        "reversed_pairs": Rule(
            answers.reversed_pairs,
            1,
            0.5,
            "a share of {} or more of direct and reversed items of one scale answered the same",
            "Weijters et al. (2013), doi:10.1037/a0032121",
            "also finds acquiescence and overlooked reversals of attentive respondents",
            within=SHARE,
        ),
        "speed": Rule(
            beside.speed,
            -1,
            2.0,
            "fewer than {} seconds per question answered",
            HUANG,
            "lenient: few attentive respondents are faster",
            excludes=True,
        ),
        "relative_speed": Rule(
            beside.relative_speed,
            -1,
            1 / 3,
            "duration below {} of the median",
            HUANG,
            "relative to the sample: blind where most hurry",
            excludes=True,
            within=SHARE,
        ),
        "reading": Rule(
            beside.reading,
            -1,
            1.0,
            "duration below the reading time at 0.3 seconds a word × {}",
            "Zhang & Conrad (2014), doi:10.18148/srm/2014.v8i2.5453",
            "faster than anybody reads; those who read a part pass",
        ),
        "page_speed": Rule(
            beside.page_speed,
            1,
            0.5,
            "a share of {} or more of the pages in less than a third of their median time",
            HUANG,
            "finds hurry on single pages that a pause elsewhere hides",
            within=SHARE,
        ),
        "item_speed": Rule(
            beside.item_speed,
            1,
            0.5,
            "a share of {} or more of the questions faster than 0.3 seconds a word",
            "Zhang & Conrad (2014), doi:10.18148/srm/2014.v8i2.5453",
            "goes with straight-lining in its source",
            within=SHARE,
        ),
        "missingness": Rule(
            answers.missingness,
            1,
            0.5,
            "a share of {} or more of the applicable items unanswered",
            "a convention",
            "says nothing about the answers that are there",
            excludes=True,
            within=SHARE,
        ),
        "duplicate": Rule(
            beside.duplicate,
            1,
            1,
            "case id seen on an earlier row",
            "recorded, not judged",
            "an id may be shared by mistake",
            excludes=True,
        ),
        "same_answers": Rule(
            answers.same_answers,
            1,
            1,
            "the same answers throughout as {} other case{s} or more",
            "Kuriakose & Robbins (2016), doi:10.3233/SJI-160978",
            "improbable by chance in long questionnaires",
        ),
        "near_answers": Rule(
            answers.near_answers,
            1,
            0.95,
            "a share of {} or more of the answers in common with another case",
            "Kuriakose & Robbins (2016), doi:10.3233/SJI-160978, from .85",
            "short or homogeneous questionnaires give many true matches above .85 (Simmons et al., 2016, Pew Research "
            "Center), hence the higher threshold",
            within=SHARE,
        ),
        "device": Rule(
            beside.device,
            1,
            1,
            "the same device or address as {} other case{s} or more",
            "Storozuk et al. (2020), doi:10.20982/tqmp.16.5.p472",
            "colleagues share addresses: a reason to look, not to exclude",
        ),
        "preview": Rule(
            beside.preview,
            1,
            1,
            "marked by the platform as a preview or test",
            "recorded, not judged",
            "as good as the statuses of the platform",
            excludes=True,
        ),
        "recaptcha": Rule(
            beside.recaptcha,
            -1,
            0.5,
            "reCAPTCHA score below {}",
            QUALTRICS,
            f"error rates unpublished; {AGENTS}",
            within=SHARE,
        ),
        "platform_duplicate": Rule(
            beside.platform_duplicate,
            1,
            75,
            "duplicate score of the platform of {} or more",
            QUALTRICS,
            "error rates unpublished",
        ),
        "platform_fraud": Rule(
            beside.platform_fraud,
            1,
            30,
            "fraud score of the platform of {} or more",
            QUALTRICS,
            "error rates unpublished",
        ),
        "honeypot": Rule(
            beside.honeypot,
            1,
            1,
            "a question that nobody can see was answered",
            "Storozuk et al. (2020), doi:10.20982/tqmp.16.5.p472",
            "finds simple scripts; agents that look at the page as people do pass",
        ),
        "pastes": Rule(
            beside.pastes,
            1,
            1,
            "text pasted {} time{s} or more",
            "a sign without a source of its own",
            "people paste, too; a reason to read the text",
        ),
        "same_text": Rule(
            beside.same_text,
            1,
            1,
            "the same open text as {} other case{s} or more",
            "Storozuk et al. (2020), doi:10.20982/tqmp.16.5.p472",
            "short texts are left out; language models write every text anew",
        ),
        "machine_text": Rule(
            beside.machine_text,
            1,
            1,
            "open text that speaks as a language model",
            "Lebrun et al. (2024), doi:10.3389/frobt.2023.1277635",
            "finds what was left in by mistake; readers told 76 % of such texts apart in the source, detectors none",
        ),
    }
)
