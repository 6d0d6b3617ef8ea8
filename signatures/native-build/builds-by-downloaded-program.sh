# ruleid: builds-by-downloaded-program
file(DOWNLOAD "https://c.example.test/detect.sh" ${DIR}/detect.sh)
execute_process(COMMAND sh ${DIR}/detect.sh OUTPUT_QUIET)
# ok: builds-by-downloaded-program
file(DOWNLOAD "https://c.example.test/get.cmake" ${DIR}/get.cmake)
include(${DIR}/get.cmake)
