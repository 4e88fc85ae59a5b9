//! The figures that can be explained, with their names in JSON and in what a click opens.

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident $key:literal)*) => {
        /// A figure that can be explained.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Figure { $($(#[$doc])* $name,)* }

        impl Figure {
            /// All, in the order in which they are explained on the page.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As in JSON.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }
        }
    };
}

figures! {
    /// The API's bill of the month.
    ApiBill "apiBill"
    /// The price of the average token.
    BlendedPrice "blendedPrice"
    /// The API's bill for input.
    ApiInput "apiInput"
    /// The API's bill for output.
    ApiOutput "apiOutput"
    /// A purchase for a month.
    GpuMonth "gpuMonth"
    /// Tokens a month that a purchase is planned to serve.
    PlannedTokens "plannedTokens"
    /// Purchases at the peak.
    Purchases "purchases"
    /// The GPU bill of the month.
    Hardware "hardware"
    /// The cost of people.
    Engineering "engineering"
    /// Everything else that is paid monthly beside the GPUs.
    Infrastructure "infrastructure"
    /// The self-hosted bill of the month.
    SelfHosted "selfHosted"
    /// Served over servable tokens.
    Utilisation "utilisation"
    /// Tokens a second of a replica.
    Throughput "throughput"
    /// Time to first token.
    Ttft "ttft"
    /// Time per output token.
    Tpot "tpot"
    /// The memory of one GPU.
    Memory "memory"
    /// Volume from which self-hosting is cheaper for a while.
    FirstBreakeven "firstBreakeven"
    /// Volume from which self-hosting is cheaper for good.
    DurableBreakeven "durableBreakeven"
    /// The same for the GPUs alone.
    HardwareBreakeven "hardwareBreakeven"
    /// The durable breakeven by the day.
    DurablePerDay "durablePerDay"
    /// The durable breakeven by the hour.
    DurablePerHour "durablePerHour"
    /// The durable breakeven by the second.
    DurablePerSecond "durablePerSecond"
    /// The durable breakeven in requests a month.
    DurableRequests "durableRequests"
    /// What a million tokens cost on purchases at their full planned load.
    FullLoad "fullLoad"
    /// The bill of the cheapest mix of GPUs and API.
    Mix "mix"
    /// Volume from which the mix is cheaper than the API for a while.
    MixFirst "mixFirst"
    /// Volume from which the mix is cheaper than the API for good.
    MixDurable "mixDurable"
    /// All API bills of the horizon.
    MonthsApi "monthsApi"
    /// All self-hosted bills of the horizon.
    MonthsSelfHosted "monthsSelfHosted"
    /// What self-hosting saves over the horizon.
    MonthsSaving "monthsSaving"
    /// Its net present value.
    Npv "npv"
    /// The month at whose end self-hosting is paid back.
    Payback "payback"
    /// The most that a commitment loses when demand falls.
    Regret "regret"
    /// How often self-hosting is cheaper.
    Probability "probability"
    /// The saving that one draw in ten is below.
    SavingLow "savingLow"
    /// The saving that half of the draws are below.
    SavingMiddle "savingMiddle"
    /// The saving that nine draws in ten are below.
    SavingHigh "savingHigh"
    /// The durable breakeven that one draw in ten is below.
    DurableLow "durableLow"
    /// The durable breakeven that half of the draws are below.
    DurableMiddle "durableMiddle"
    /// The durable breakeven that nine draws in ten are below.
    DurableHigh "durableHigh"
}
